// Runs a child process to its end and hands back what it said. Never throws for a child that fails or cannot be
// started: the caller decides what that means.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 127 where the program could not be started, 124 where it was given up
 * @property {string} stdout
 * @property {string} stderr
 */

/** Characters of each stream that are kept, from the end. */
const KEPT_CHARACTERS = 200_000

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine] every complete line of stdout
 * @param {(text: string) => void} [options.onError] stderr as it comes
 * @param {() => void} [options.onTick] called every second while the child runs
 * @param {number} [options.silenceSeconds] give up after so long without a line on stdout
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd, env, onLine, onError, onTick, silenceSeconds } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let rest = ''
    let lastHeard = Date.now()
    let isGivenUp = false
    const timer = setInterval(() => {
      onTick?.()
      if (silenceSeconds === undefined || Date.now() - lastHeard < silenceSeconds * 1000) return
      isGivenUp = true
      child.kill('SIGKILL')
    }, 1000)
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      lastHeard = Date.now()
      stdout = (stdout + text).slice(-KEPT_CHARACTERS)
      if (!onLine) return
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    })
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stderr = (stderr + text).slice(-KEPT_CHARACTERS)
      onError?.(text)
    })
    child.on('error', (error) => {
      clearInterval(timer)
      resolve({ code: 127, stdout, stderr: `${stderr}${error.message}` })
    })
    child.on('close', (code, signal) => {
      clearInterval(timer)
      if (isGivenUp) stderr += `\nno progress for ${silenceSeconds} s`
      else if (signal) stderr += `\nended by ${signal}`
      resolve({ code: isGivenUp ? 124 : (code ?? signalCode(signal)), stdout, stderr })
    })
  })
}

/**
 * Runs a child that shares this process' terminal and leaves the terminal's Ctrl+C to it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions }} [options]
 * @returns {Promise<number>} the exit code; 128 + n for signal n, as shells have it
 */
export function runForeground(command, args, { cwd, env, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio })
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
    // The terminal sends Ctrl+C to the whole group: the child decides, this process only waits for it.
    const wait = () => undefined
    process.on('SIGINT', wait).on('SIGTERM', forward).on('SIGHUP', forward)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait).off('SIGTERM', forward).off('SIGHUP', forward)
      resolve(code ?? signalCode(signal))
    })
  })
}

/** @param {NodeJS.Signals | null} signal */
function signalCode(signal) {
  return 128 + (signal ? constants.signals[signal] : 0)
}

/**
 * The last lines of a text that say something, for an error message.
 * @param {string} text
 * @param {number} [count]
 * @returns {string}
 */
export function lastLines(text, count = 3) {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter(Boolean).slice(-count).join(' | ')
}
