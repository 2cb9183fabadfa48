// Stops with one clear sentence where Node is too old. Imported first by every entry script, and written so that
// an old Node can still parse it. Checks nothing else.

/**
 * Whether this Node can run Afterword (`^20.19 || >=22.12`, the range of package.json).
 * @param {string} version such as `20.19.0`
 * @returns {boolean}
 */
export function isSupportedNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22
}

/** The sentence shown where Node is too old. */
export const nodeRequirement = 'Afterword needs Node ^20.19 or >=22.12'

if (!isSupportedNode(process.versions.node)) {
  process.stderr.write(
    `${nodeRequirement}; this is Node ${process.versions.node}. Install a current Node LTS and try again.\n`,
  )
  process.exit(1)
}
