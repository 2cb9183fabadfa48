// A contestant's process as the bench sees it: commands out, one line of JSON back each, largest resident memory.
// A process that ends or answers with an error is a contestant that drops out of its row; it never ends the bench.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/**
 * Starts a worker. What it prints goes to a tail kept for error messages; its answers come on file descriptor 3.
 * @param {{ command: string, args: string[], env: NodeJS.ProcessEnv, cwd: string }} how
 */
export function startWorker({ command, args, env, cwd }) {
  const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  let tail = ''
  const keep = (text) => (tail = (tail + text).slice(-4000))
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  child.stdin.on('error', () => undefined)
  const waiting = []
  let ended
  const end = (reason) => {
    ended ??= reason
    for (const { reject } of waiting.splice(0)) reject(new Error(ended))
  }
  child.on('error', (error) => end(error.message))
  child.on('close', (code, signal) => end(`its process ended (${signal ?? `code ${code}`})`))
  createInterface({ input: child.stdio[3] }).on('line', (line) => {
    const answer = JSON.parse(line)
    const next = waiting.shift()
    if (answer.error === undefined) next?.resolve(answer)
    else next?.reject(new Error(answer.error))
  })
  return {
    /** Sends a command and waits for its answer; rejects where the worker fails, ends or takes too long. */
    ask(message, seconds = 300) {
      if (ended !== undefined) return Promise.reject(new Error(ended))
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          child.kill('SIGKILL')
          reject(new Error(`no answer to ${message.command} within ${seconds} s`))
        }, seconds * 1000)
        const settle = (done) => (value) => {
          clearTimeout(timer)
          done(value)
        }
        waiting.push({ resolve: settle(resolve), reject: settle(reject) })
        child.stdin.write(`${JSON.stringify(message)}\n`)
      })
    },
    pid: child.pid,
    /** The last of what it printed. */
    tail: () => tail,
    /** Largest resident size so far in bytes; undefined where the system does not say. */
    peakBytes: () => peakBytes(child.pid),
    stop() {
      child.stdin.end()
      child.kill('SIGKILL')
    },
  }
}

function peakBytes(pid) {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
