// Creates the one window: isolated, sandboxed, shown when its first frame is painted so that nothing flashes.
import { join } from 'node:path'
import { BrowserWindow, nativeTheme } from 'electron'
import type { TextSize } from '../shared/settings'
import { pageUrl } from './security'
import { keepWindowState, readWindowState } from './window-state'

/** Page backgrounds of the two themes (src/renderer/main.css), so that resizing shows no foreign colour. */
const backgrounds = { light: '#ffffff', dark: '#0e0e11' } as const

const sizeOf = new WeakMap<BrowserWindow, number>()

/** Sets the size of everything in a window, in percent; it holds for every page that is loaded in it. */
export function applyTextSize(window: BrowserWindow, size: TextSize): void {
  sizeOf.set(window, size / 100)
  window.webContents.setZoomFactor(size / 100)
}

/** Opens the window on the built page, or on the development server's where `developmentUrl` is given. */
export function openWindow(
  stateFile: string,
  title: string,
  developmentUrl: string | undefined,
  textSize: TextSize,
): BrowserWindow {
  const { bounds, maximized } = readWindowState(stateFile)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 960,
    minHeight: 600,
    title,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload: join(__dirname, '../preload/index.js'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      // The checker would download dictionaries.
      spellcheck: false,
    },
  })
  keepWindowState(window, stateFile)
  window.on('page-title-updated', (event) => event.preventDefault())
  // Chromium keeps a size of its own for the page; what the settings say stands above it.
  window.webContents.on('did-finish-load', () => window.webContents.setZoomFactor(sizeOf.get(window) ?? 1))
  applyTextSize(window, textSize)
  window.once('ready-to-show', () => {
    if (maximized) window.maximize()
    window.show()
  })
  void window.loadURL(developmentUrl ?? pageUrl)
  return window
}
