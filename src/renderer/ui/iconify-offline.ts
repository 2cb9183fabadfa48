// Stands in for @iconify/vue so that no icon is ever asked for over the network: bundled icons only. A name that was not
// bundled is logged and drawn empty.
import { addIcon as add, type IconifyIcon } from '@iconify/vue/offline'

export { addCollection, Icon } from '@iconify/vue/offline'
export type { IconifyIcon } from '@iconify/vue/offline'

const bundled = new Set<string>()

/** Adds an icon under its name, and under the name without a colon that the kit's component looks up. */
export function addIcon(name: string, data: IconifyIcon): boolean {
  for (const key of [name, name.replace(':', '-')]) {
    add(key, data)
    bundled.add(key)
  }
  return true
}

/** Always true: asking for more would be a request. */
export function iconLoaded(name: string): boolean {
  if (!bundled.has(name) && !bundled.has(name.replace(':', '-'))) console.error(`icon not bundled: ${name}`)
  return true
}
