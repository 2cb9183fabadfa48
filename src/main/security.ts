// What the page may reach: its own files over app:// with a strict content policy, and nothing else. Navigation, new windows,
// permissions and every request that leaves the machine are refused and logged.
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { app, protocol, type Session } from 'electron'

/** Address of the window's page. */
export const pageUrl = 'app://afterword/index.html'
const pageOrigin = 'app://afterword'

/** Styles are injected by the components, hence 'unsafe-inline' for styles only. No remote origin anywhere. */
const contentPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
].join('; ')

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** Chromium's own background traffic, off: updates of its components, its spelling dictionaries, its probes. */
const quietSwitches = [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'no-pings',
]

/** Must run before the app is ready: the page's scheme, and switches that keep Chromium itself off the network. */
export function preparePage(): void {
  for (const name of quietSwitches) app.commandLine.appendSwitch(name)
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves `folder` as app://afterword/ with the content policy. */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    const path = normalize(join(folder, decodeURIComponent(url.pathname)))
    if (url.host !== 'afterword' || !path.startsWith(folder + sep)) return new Response(null, { status: 404 })
    try {
      const body = await readFile(path)
      return new Response(new Uint8Array(body), {
        headers: {
          'Content-Type': contentTypes[extname(path)] ?? 'application/octet-stream',
          'Content-Security-Policy': contentPolicy,
          'X-Content-Type-Options': 'nosniff',
        },
      })
    } catch (error) {
      console.error(`[page] ${request.url}: ${String(error)}`)
      return new Response(null, { status: 404 })
    }
  })
}

/**
 * Blocks everything but the page's own scheme and the developer tools; `developmentUrl` is the page server of
 * `npm run dev`. Each refusal is a line on standard error.
 */
export function blockNetwork(session: Session, developmentUrl: string | undefined): void {
  const host = developmentUrl ? new URL(developmentUrl).host : undefined
  session.webRequest.onBeforeRequest((details, callback) => {
    const url = new URL(details.url)
    const isLocal = ['app:', 'devtools:', 'data:', 'blob:', 'chrome:', 'chrome-extension:'].includes(
      url.protocol,
    )
    const isAllowed = isLocal || (host !== undefined && url.host === host)
    if (!isAllowed) console.error(`[network] blocked ${details.url}`)
    callback({ cancel: !isAllowed })
  })
  // With languages set, Chromium would download their dictionaries, past any request handler.
  session.setSpellCheckerEnabled(false)
  session.setSpellCheckerLanguages([])
  // Copying text is the one permission the page needs.
  const isGranted = (permission: string) => permission === 'clipboard-sanitized-write'
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    if (!isGranted(permission)) console.error(`[permission] denied ${permission}`)
    callback(isGranted(permission))
  })
  session.setPermissionCheckHandler((_contents, permission) => isGranted(permission))
}

/** Refuses navigation away from the page, new windows and embedded pages, for every page that is ever created. */
export function denyNavigation(developmentUrl: string | undefined): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(({ url }) => {
      console.error(`[window.open] denied ${url}`)
      return { action: 'deny' }
    })
    contents.on('will-navigate', (event, url) => {
      if (isOwnPage(url, developmentUrl)) return
      console.error(`[navigation] denied ${url}`)
      event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

/** Whether an address is the page of this app. */
export function isOwnPage(url: string, developmentUrl: string | undefined): boolean {
  try {
    const { origin, protocol: scheme, host } = new URL(url)
    // Node's URL gives custom schemes the origin "null", Chromium's gives scheme://host.
    if (scheme === 'app:') return `${scheme}//${host}` === pageOrigin
    return developmentUrl !== undefined && origin === new URL(developmentUrl).origin
  } catch {
    return false
  }
}
