// What code of the page needs outside a browser: its storage, and a scope for its watchers.
import { afterEach, beforeEach } from 'vitest'
import { effectScope, type EffectScope } from 'vue'

/** A storage and a scope, new for each test of the file that calls it. */
export function usePage(): { readonly stored: Map<string, string>; readonly scope: EffectScope } {
  const page = { stored: new Map<string, string>(), scope: effectScope() }
  beforeEach(() => {
    page.stored.clear()
    page.scope = effectScope()
    // As far as drafts use it.
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      value: {
        getItem: (name: string) => page.stored.get(name) ?? null,
        setItem: (name: string, text: string) => page.stored.set(name, text),
        removeItem: (name: string) => page.stored.delete(name),
      },
    })
  })
  afterEach(() => page.scope.stop())
  return page
}
