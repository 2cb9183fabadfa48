// Progress for people, on stderr only (stdout belongs to the command that is being set up for). On a terminal one
// line is redrawn in place; elsewhere a line is printed every few seconds. Holds no state beyond the current line.

/**
 * @typedef {object} Log
 * @property {(text: string) => void} note a line that stays
 * @property {(text: string) => void} warn a line that stays and asks for attention
 * @property {(text: string) => void} progress the current state of the work at hand; repeats are thinned out
 */

/** Seconds between two progress lines where there is no terminal to redraw. */
const PLAIN_INTERVAL_SECONDS = 4

/**
 * @param {{ stream?: { write(text: string): unknown, isTTY?: boolean, columns?: number }, now?: () => number }} [options]
 * @returns {Log}
 */
export function createLog({ stream = process.stderr, now = Date.now } = {}) {
  let isLineOpen = false
  let lastPlain = -Infinity
  /** @param {string} text */
  const line = (text) => {
    if (isLineOpen) stream.write('\r\u001b[K')
    isLineOpen = false
    stream.write(`${text}\n`)
  }
  return {
    note: (text) => {
      line(`[set-up] ${text}`)
      lastPlain = now()
    },
    warn: (text) => line(`[set-up] ! ${text}`),
    progress: (text) => {
      if (stream.isTTY) {
        stream.write(`\r\u001b[K${`[set-up]   ${text}`.slice(0, (stream.columns ?? 80) - 1)}`)
        isLineOpen = true
      } else if (now() - lastPlain >= PLAIN_INTERVAL_SECONDS * 1000) {
        lastPlain = now()
        line(`[set-up]   ${text}`)
      }
    },
  }
}

/**
 * `123 of 274 MB (45%)`, or `123 MB` where the total is unknown.
 * @param {number} bytes
 * @param {number} [total]
 * @returns {string}
 */
export function formatBytes(bytes, total) {
  const mega = (/** @type {number} */ value) => Math.round(value / 1e6)
  return total
    ? `${mega(bytes)} of ${mega(total)} MB (${Math.floor((100 * bytes) / total)}%)`
    : `${mega(bytes)} MB`
}
