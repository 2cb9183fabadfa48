// What it takes to open a window here: a display, Electron's shared libraries, and the one switch root needs.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hasDisplay, installSystemPieces, missingElectronLibraries, sandboxAdvice } from './system.mjs'

/**
 * The Electron to open a window with; an error says clearly why there can be none.
 * @param {import('./context.mjs').Context} context
 * @param {import('./electron.mjs').Electron | import('./electron.mjs').Missing} electron
 * @returns {Promise<string>} its path
 */
export async function checkWindow(context, electron) {
  if (!electron.ok) {
    throw new Error(
      `there is no Electron to open the window with: ${electron.reason}. To mend it: ${electron.advice}. ${noWindow}`,
    )
  }
  const missing = await missingElectronLibraries(context, electron.path)
  if (!(await installSystemPieces(context, missing)))
    throw new Error(`the window cannot be opened without them. ${noWindow}`)
  if (!hasDisplay(context.env)) {
    const reason = 'there is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set'
    throw new Error(
      `${reason}. Start from a desktop session, over \`ssh -X\`, or under \`xvfb-run -a\`. ${noWindow}`,
    )
  }
  if (isSandboxBlocked(electron.path)) {
    context.log.warn(
      `this kernel may keep Electron from building its sandbox. If it ends at once: ${sandboxAdvice(electron.path)}`,
    )
  }
  return electron.path
}

const noWindow = '(`npx afterword run` trains without a window.)'

/**
 * Switches for this user: Chromium refuses to run its sandbox as root.
 * @param {import('./context.mjs').Context} context
 * @param {string} path
 * @returns {string[]}
 */
export function electronArguments(context, path) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return []
  context.log.note(`starting ${path} as root, so without Chromium's sandbox (--no-sandbox)`)
  return ['--no-sandbox']
}

/** @param {string} path */
function isSandboxBlocked(path) {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return false
  const sandbox = statSync(join(dirname(path), 'chrome-sandbox'), { throwIfNoEntry: false })
  const isSetUid = sandbox !== undefined && sandbox.uid === 0 && (sandbox.mode & 0o4000) !== 0
  const switches = ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns']
  return !isSetUid && switches.some((name) => existsSync(name) && readFileSync(name, 'utf8').trim() === '1')
}
