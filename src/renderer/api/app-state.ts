// The state every screen shares: workspace, settings, runs, studies, route. Made once by the shell, injected below it. Rows,
// samples and logs are read by the screens that show them.
import {
  computed,
  inject,
  onScopeDispose,
  provide,
  shallowRef,
  type InjectionKey,
  type ShallowRef,
} from 'vue'
import type { RecentError } from '../../shared/ipc'
import type { Settings } from '../../shared/settings'
import type {
  RunSummary,
  RunUsage,
  SavedChart,
  StudySummary,
  WorkspaceInfo,
} from '../../shared/workbench-api'
import { onEvent, request } from './bridge'
import { openDrafts, type Drafts } from './drafts'
import { useHashRouter, type Router } from './route'
import { byCost } from './study-order'

/** Dialogs that every screen can open. */
export type ShellDialog = 'palette' | 'shortcuts' | 'errors'

export interface AppState extends Router {
  readonly workspace: Readonly<ShallowRef<WorkspaceInfo | undefined>>
  readonly settings: Readonly<ShallowRef<Settings | undefined>>
  /** Every run by id; replaced as a whole when any changes. */
  readonly runs: Readonly<ShallowRef<ReadonlyMap<string, RunSummary>>>
  /** Newest first, without the trashed. */
  readonly runList: Readonly<ShallowRef<readonly RunSummary[]>>
  /** The trashed ones, newest first. */
  readonly trashList: Readonly<ShallowRef<readonly RunSummary[]>>
  /** Built-in ones first, smallest training first. */
  readonly studies: Readonly<ShallowRef<readonly StudySummary[]>>
  /** Saved charts, by name. */
  readonly charts: Readonly<ShallowRef<readonly SavedChart[]>>
  /** Studies that are not saved; once the workspace is known, which is before any screen is shown. */
  readonly drafts: Readonly<ShallowRef<Drafts>>
  /** What active runs use: the looks of the last two minutes by run id, oldest first. */
  readonly usage: Readonly<ShallowRef<ReadonlyMap<string, readonly RunUsage[]>>>
  /** Whether the first reading is done. */
  readonly isLoaded: Readonly<ShallowRef<boolean>>
  /** Errors of the window and of the main process since they started, newest first. */
  readonly errors: Readonly<ShallowRef<readonly RecentError[]>>
  /** The dialog of the shell that is open. */
  readonly dialog: ShallowRef<ShellDialog | undefined>
  readonly saveSettings: (settings: Settings) => Promise<void>
  readonly refreshStudies: () => Promise<void>
  readonly refreshCharts: () => Promise<void>
}

const key: InjectionKey<AppState> = Symbol('app state')

/** The shared state. */
export function useAppState(): AppState {
  const state = inject(key)
  if (!state) throw new Error('internal: app state used outside the shell')
  return state
}

/** Looks at what a run uses that are kept: two minutes of one every two seconds. */
const USAGE_LOOKS = 60

/** Makes the shared state, reads it for the first time, and provides it to the components below. */
export function provideAppState(onError: (error: unknown) => void): AppState {
  const workspace = shallowRef<WorkspaceInfo>()
  const settings = shallowRef<Settings>()
  const runs = shallowRef<ReadonlyMap<string, RunSummary>>(new Map())
  const studies = shallowRef<readonly StudySummary[]>([])
  const charts = shallowRef<readonly SavedChart[]>([])
  const drafts = shallowRef(openDrafts(''))
  const isLoaded = shallowRef(false)
  const usage = shallowRef<ReadonlyMap<string, readonly RunUsage[]>>(new Map())
  const errors = shallowRef<readonly RecentError[]>([])
  const dialog = shallowRef<ShellDialog>()
  const newestFirst = computed(() =>
    [...runs.value.values()].sort(
      (a, b) => compareText(b.record.created, a.record.created) || compareText(b.record.id, a.record.id),
    ),
  )
  const runList = computed(() => newestFirst.value.filter((run) => !run.annotations.trashed))
  const trashList = computed(() => newestFirst.value.filter((run) => run.annotations.trashed))

  const mergeRuns = (changed: readonly RunSummary[]) => {
    const next = new Map(runs.value)
    for (const run of changed) next.set(run.record.id, run)
    runs.value = next
  }
  const stops = [
    onEvent('runs', mergeRuns),
    onEvent('studies', (list) => {
      studies.value = byCost(list)
    }),
    onEvent('charts', (list) => {
      charts.value = list
    }),
    onEvent('usage', (found) => {
      const before = usage.value
      usage.value = new Map(
        found.map((look) => [look.runId, [...(before.get(look.runId) ?? []), look].slice(-USAGE_LOOKS)]),
      )
    }),
    onEvent('errors', (list) => {
      errors.value = list
    }),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))

  const refreshStudies = async () => {
    studies.value = byCost(await request('listStudies'))
  }
  const refreshCharts = async () => {
    charts.value = await request('listCharts')
  }
  const refreshRuns = async () => {
    const list = await request('listRuns')
    runs.value = new Map(list.map((run) => [run.record.id, run]))
  }
  const load = async () => {
    const first = Promise.all([
      request('workspace'),
      request('readSettings'),
      refreshStudies(),
      refreshRuns(),
      refreshCharts(),
    ])
    ;[workspace.value, settings.value] = await first
    errors.value = await request('recentErrors')
    drafts.value = openDrafts(workspace.value.folder)
    isLoaded.value = true
  }
  load().catch(onError)

  const state: AppState = {
    ...useHashRouter(),
    workspace,
    settings,
    runs,
    runList,
    trashList,
    studies,
    charts,
    drafts,
    usage,
    isLoaded,
    errors,
    dialog,
    async saveSettings(next) {
      // Shown at once, so that keys pressed one after the other each count.
      const before = settings.value
      settings.value = next
      await request('writeSettings', { settings: next }).catch((error: unknown) => {
        settings.value = before
        throw error
      })
    },
    refreshStudies,
    refreshCharts,
  }
  provide(key, state)
  return state
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
