// Types of the page's globals: the preload script's object. Read only by api/bridge.ts.
import type { Bridge } from '../shared/ipc'

declare global {
  interface Window {
    readonly afterword: Bridge
  }
}
