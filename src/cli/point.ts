// A sweep's point in words: the last part of each path and its value.

/** `longFraction 0.2`, `algorithm grpo`: one entry an axis. */
export function pointParts(point: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(point).map(([path, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `${path.slice(path.lastIndexOf('.') + 1)} ${text}`
  })
}
