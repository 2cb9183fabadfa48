// What can be done on the screen that is shown, read from the screen itself: every button, tab, choice and field that can be
// pressed or typed into now, by the name it has for a screen reader. So the command palette has them all, whatever the screen.

/** Something on the screen. */
export interface ScreenAction {
  /** Its name, with what it belongs to where several have one name. */
  readonly label: string
  /** Pressed, or given the focus to be filled in. */
  readonly kind: 'press' | 'focus'
  readonly element: HTMLElement
}

const MOST = 300
const LONGEST = 90
const selector = [
  'button',
  'a[href]',
  'summary',
  'input',
  'select',
  'textarea',
  '[role=button]',
  '[role=combobox]',
  '[role=tab]',
  '[role=switch]',
  '[contenteditable=true]',
].join(',')
const typed = ['combobox', 'textbox', 'spinbutton', 'searchbox', 'slider']

/** The actions of a part of the page, in its order. */
export function screenActions(root: HTMLElement): ScreenAction[] {
  const found = [...root.querySelectorAll<HTMLElement>(selector)].flatMap((element) => {
    if (!isUsable(element, root)) return []
    const name = nameOf(element)
    return name === '' ? [] : [{ element, name, kind: kindOf(element) }]
  })
  const counts = new Map<string, number>()
  for (const { name } of found) counts.set(name, (counts.get(name) ?? 0) + 1)
  return found.slice(0, MOST).map(({ element, name, kind }) => {
    const place = (counts.get(name) ?? 0) > 1 ? placeOf(element) : ''
    return { element, kind, label: shortened(place === '' ? name : `${name}: ${place}`) }
  })
}

/** Whether it is seen and can be used; that a dialog hides the whole page from screen readers says nothing of it. */
function isUsable(element: HTMLElement, root: HTMLElement): boolean {
  if (element.matches(':disabled, [aria-disabled=true]')) return false
  const hidden = element.closest('[aria-hidden=true], [inert]')
  if (hidden && hidden !== root && root.contains(hidden)) return false
  const { width, height } = element.getBoundingClientRect()
  return width > 0 && height > 0 && getComputedStyle(element).visibility === 'visible'
}

function kindOf(element: HTMLElement): ScreenAction['kind'] {
  const role = element.getAttribute('role')
  if (role !== null && typed.includes(role)) return 'focus'
  if (element instanceof HTMLInputElement)
    return ['checkbox', 'radio', 'button', 'submit'].includes(element.type) ? 'press' : 'focus'
  return element.matches('select, textarea, [contenteditable=true]') ? 'focus' : 'press'
}

function nameOf(element: HTMLElement): string {
  const own = ownName(element)
  if (own === '' || element.getAttribute('role') !== 'radio') return own
  const group = element.closest('[role=radiogroup]')?.getAttribute('aria-label')
  return group ? `${group}: ${own}` : own
}

function ownName(element: HTMLElement): string {
  const byId = (element.getAttribute('aria-labelledby') ?? '')
    .split(' ')
    .map((id) => (id === '' ? '' : (document.getElementById(id)?.textContent ?? '')))
    .join(' ')
  const labels =
    'labels' in element && element.labels instanceof NodeList
      ? [...element.labels].map((label) => label.textContent).join(' ')
      : ''
  const isField = kindOf(element) === 'focus'
  const candidates = [
    element.getAttribute('aria-label'),
    byId,
    labels,
    isField ? '' : element.textContent,
    element.getAttribute('placeholder'),
    element.getAttribute('title'),
  ]
  return candidates.map(clean).find((text) => text !== '') ?? ''
}

/** What a control belongs to: the row or part of the page it stands in. */
function placeOf(element: HTMLElement): string {
  const part = element.closest(
    'li, tr, [role=row], [data-testid=active-run], section[aria-label], [role=region]',
  )
  return clean(part?.getAttribute('aria-label') ?? part?.textContent)
}

const clean = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim()
const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)
