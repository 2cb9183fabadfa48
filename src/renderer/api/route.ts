// Where in the app the window is, kept in the address's hash so that a reload and Alt+Left come back to it.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** Tabs of a run's page. */
export const runTabs = ['charts', 'samples', 'config', 'log'] as const
export type RunTab = (typeof runTabs)[number]

/** A step of a run. */
export interface StageStep {
  readonly stage: number
  readonly step: number
}
/** A run, and the step of it that is looked at; the last one where none is named. */
export interface SampleSide {
  readonly runId: string
  readonly at?: StageStep
}

export type Route =
  | { screen: 'studies' }
  /** The ways a study begins. */
  | { screen: 'new-study' }
  /** The id of a new study is that of its draft; '' for one that nothing was chosen for. */
  | { screen: 'editor'; source: 'built-in' | 'workspace' | 'new'; id: string }
  | { screen: 'queue' }
  /** `isTrash`: what is in the trash instead. */
  | { screen: 'runs'; filter: string; isTrash?: true }
  /** `at`: the step whose samples are shown. */
  | { screen: 'run'; id: string; tab: RunTab; at?: StageStep }
  | { screen: 'side-by-side'; left: SampleSide; right: SampleSide }
  /** These runs, or those of a filter, from the beginning; with neither what was compared last. `metric`: the one to show. */
  | { screen: 'compare'; ids: readonly string[]; metric?: string; filter?: string }
  /** A saved chart. */
  | { screen: 'chart'; id: string }
  | { screen: 'settings' }

/** The hash of a route. */
export function formatRoute(route: Route): string {
  const parts: readonly string[] = (() => {
    switch (route.screen) {
      case 'editor':
        return [route.screen, route.source, route.id]
      case 'run':
        return [route.screen, route.id, route.tab, ...(route.at ? [formatStep(route.at)] : [])]
      case 'side-by-side':
        return [
          route.screen,
          ...[route.left, route.right].flatMap(({ runId, at }) => [runId, at ? formatStep(at) : '']),
        ]
      case 'runs':
        return withoutEmptyEnd([route.screen, route.filter, route.isTrash ? 'trash' : ''])
      case 'compare':
        return [
          route.screen,
          ...withoutEmptyEnd([route.ids.join(','), route.metric ?? '', route.filter ?? '']),
        ]
      case 'chart':
        return [route.screen, route.id]
      case 'studies':
      case 'new-study':
      case 'queue':
      case 'settings':
        return [route.screen]
    }
  })()
  return `#/${parts.map(encodeURIComponent).join('/')}`
}

function withoutEmptyEnd(parts: readonly string[]): string[] {
  const kept = [...parts]
  while (kept.at(-1) === '') kept.pop()
  return kept
}

const formatStep = ({ stage, step }: StageStep): string => `${stage}-${step}`

/** Nothing where the text is no step. */
function parseStep(text: string): { at?: StageStep } {
  const [stage, step] = text.split('-').map(Number)
  const isStep = /^\d+-\d+$/.test(text) && stage !== undefined && step !== undefined
  return isStep ? { at: { stage, step } } : {}
}

/** The route of a hash; anything unknown is the list of studies. */
export function parseRoute(hash: string): Route {
  const [screen, first = '', second = '', third = '', fourth = ''] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .map(decodeURIComponent)
  switch (screen) {
    case 'editor':
      return first === 'built-in' || first === 'workspace'
        ? { screen, source: first, id: second }
        : { screen, source: 'new', id: first === 'new' ? second : '' }
    case 'run':
      return {
        screen,
        id: first,
        tab: runTabs.find((tab) => tab === second) ?? 'charts',
        ...parseStep(third),
      }
    case 'side-by-side':
      return {
        screen,
        left: { runId: first, ...parseStep(second) },
        right: { runId: third, ...parseStep(fourth) },
      }
    case 'runs':
      return { screen, filter: first, ...(second === 'trash' ? { isTrash: true } : {}) }
    case 'compare':
      return {
        screen,
        ids: first.split(',').filter(Boolean),
        ...(second ? { metric: second } : {}),
        ...(third ? { filter: third } : {}),
      }
    case 'chart':
      return first ? { screen, id: first } : { screen: 'compare', ids: [] }
    case 'new-study':
    case 'queue':
    case 'settings':
      return { screen }
    default:
      return { screen: 'studies' }
  }
}

/** The current route and the way to change it. */
export interface Router {
  readonly route: Readonly<ShallowRef<Route>>
  readonly go: (route: Route) => void
  /** Changes the address without a new entry in the history. */
  readonly replace: (route: Route) => void
}

/** Follows the address's hash for the life of the calling scope. */
export function useHashRouter(): Router {
  const route = shallowRef(parseRoute(location.hash))
  const follow = () => {
    route.value = parseRoute(location.hash)
  }
  window.addEventListener('hashchange', follow)
  onScopeDispose(() => window.removeEventListener('hashchange', follow))
  return {
    route,
    go(next) {
      location.hash = formatRoute(next)
    },
    replace(next) {
      history.replaceState(null, '', formatRoute(next))
      follow()
    },
  }
}
