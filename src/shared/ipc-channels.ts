// Names of the Electron channels requests and events travel on. Apart from ipc.ts so that the preload script stays free
// of the schema library.

/** One channel a direction; the name of the request or event is the first argument. */
export const channels = { request: 'afterword:request', event: 'afterword:event' } as const
