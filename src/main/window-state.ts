// Remembers the window's place and size in one small file of the user-data folder. A missing, damaged or off-screen state
// falls back to the default; failing to write it is logged, never shown.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { screen, type BrowserWindow, type Rectangle } from 'electron'
import { z } from 'zod'

const stateSchema = z.object({
  x: z.int().optional(),
  y: z.int().optional(),
  width: z.int().min(400),
  height: z.int().min(300),
  maximized: z.boolean(),
})
type WindowState = z.output<typeof stateSchema>

const fallback: WindowState = { width: 1280, height: 800, maximized: false }

/** The state to open with; without x and y the system places the window. */
export function readWindowState(file: string): { bounds: Partial<Rectangle>; maximized: boolean } {
  const { x, y, width, height, maximized } = stateOf(file)
  const place = x === undefined || y === undefined ? {} : { x, y }
  return { bounds: { ...place, width, height }, maximized }
}

function stateOf(file: string): WindowState {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return isOnScreen(state) ? state : { ...fallback, maximized: state.maximized }
  } catch {
    return fallback
  }
}

/** Writes the state whenever the window closes. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, JSON.stringify(state))
    } catch (error) {
      console.error(`[window] ${file}: ${String(error)}`)
    }
  })
}

function isOnScreen(state: WindowState): boolean {
  if (state.x === undefined || state.y === undefined) return true
  const { x, y } = state
  const contains = (area: Rectangle) =>
    x >= area.x - 20 && y >= area.y - 20 && x < area.x + area.width - 100 && y < area.y + area.height - 100
  return screen.getAllDisplays().some((display) => contains(display.workArea))
}
