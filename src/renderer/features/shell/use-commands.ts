// What the command palette offers on every screen: where to go, what to do, studies to open or run, runs.
import { computed, type ComputedRef } from 'vue'
import { textSizes, type Settings } from '../../../shared/settings'
import { useAppState } from '../../api/app-state'
import { request } from '../../api/bridge'
import type { Route } from '../../api/route'
import { kindIcons } from '../../ui/chart-kinds'
import { formatPoint } from '../../ui/format'
import { stateLooks } from '../../ui/run-view'
import { useAct } from '../../ui/use-act'
import { useRunStudy } from '../studies/use-run-study'
import { useSample } from '../studies/use-sample'

/** An entry of the palette. */
export interface Command {
  readonly label: string
  readonly icon: string
  readonly suffix?: string
  readonly kbds?: string[]
  readonly run: () => unknown
}

/** All runs would drown the rest before anything is typed; a search sees this many. */
const runCounts = { listed: 20, searched: 5000 }

/** The commands under their headings; `isSearching`: whether something is typed. */
export function useCommands(
  isSearching: () => boolean,
): ComputedRef<{ id: string; label: string; commands: Command[] }[]> {
  const { go, studies, runList, trashList, charts, settings, saveSettings, dialog, workspace } = useAppState()
  const { act } = useAct()
  const runStudy = useRunStudy()
  const sample = useSample()
  const to = (route: Route) => () => go(route)
  const set = (part: Partial<Settings>) => () =>
    act(async () => {
      if (settings.value) await saveSettings({ ...settings.value, ...part })
    })

  const places = computed((): Command[] => [
    { label: 'Studies', icon: 'i-lucide-flask-conical', kbds: ['meta', '1'], run: to({ screen: 'studies' }) },
    { label: 'Queue', icon: 'i-lucide-list-ordered', kbds: ['meta', '2'], run: to({ screen: 'queue' }) },
    {
      label: 'Runs',
      icon: 'i-lucide-table-properties',
      kbds: ['meta', '3'],
      run: to({ screen: 'runs', filter: '' }),
    },
    {
      label: 'Trash',
      suffix: `${trashList.value.length} ${trashList.value.length === 1 ? 'run' : 'runs'}`,
      icon: 'i-lucide-trash-2',
      run: to({ screen: 'runs', filter: '', isTrash: true }),
    },
    {
      label: 'Compare',
      icon: 'i-lucide-chart-spline',
      kbds: ['meta', '4'],
      run: to({ screen: 'compare', ids: [] }),
    },
    { label: 'Settings', icon: 'i-lucide-settings-2', kbds: ['meta', ','], run: to({ screen: 'settings' }) },
    { label: 'Back', icon: 'i-lucide-arrow-left', kbds: ['alt', 'arrowleft'], run: () => history.back() },
  ])
  const actions = computed((): Command[] => {
    const { queueRunning = true, notifications = true, textSize = 100 } = settings.value ?? {}
    const step = (by: 1 | -1) => textSizes[textSizes.indexOf(textSize) + by] ?? textSize
    return [
      {
        label: 'New study',
        icon: 'i-lucide-plus',
        kbds: ['meta', 'N'],
        run: to({ screen: 'new-study' }),
      },
      {
        label: queueRunning ? 'Hold the queue' : 'Start the queue',
        icon: queueRunning ? 'i-lucide-hand' : 'i-lucide-play',
        run: set({ queueRunning: !queueRunning }),
      },
      ...(['light', 'dark', 'system'] as const).map((theme) => ({
        label: `Theme: ${theme}`,
        icon: 'i-lucide-sun-moon',
        run: set({ theme }),
      })),
      {
        label: 'Larger text',
        icon: 'i-lucide-a-arrow-up',
        kbds: ['meta', '+'],
        run: set({ textSize: step(1) }),
      },
      {
        label: 'Smaller text',
        icon: 'i-lucide-a-arrow-down',
        kbds: ['meta', '-'],
        run: set({ textSize: step(-1) }),
      },
      { label: 'Usual text size', icon: 'i-lucide-type', kbds: ['meta', '0'], run: set({ textSize: 100 }) },
      {
        label: notifications ? 'Turn notifications off' : 'Turn notifications on',
        icon: notifications ? 'i-lucide-bell-off' : 'i-lucide-bell',
        run: set({ notifications: !notifications }),
      },
      {
        label: 'Open workspace folder',
        icon: 'i-lucide-folder-open',
        suffix: workspace.value?.folder ?? '',
        run: () => act(() => request('openFolder', {})),
      },
      { label: 'Look at the sample study', icon: 'i-lucide-package', run: () => act(sample.look) },
      ...(sample.sampleRuns.value.length > 0
        ? [
            {
              label: 'Remove the sample study',
              icon: 'i-lucide-package-x',
              run: () => act(sample.remove),
            },
          ]
        : []),
      {
        label: 'Keyboard shortcuts',
        icon: 'i-lucide-keyboard',
        kbds: ['?'],
        run: () => (dialog.value = 'shortcuts'),
      },
      {
        label: 'Recent errors',
        icon: 'i-lucide-circle-alert',
        run: () => (dialog.value = 'errors'),
      },
    ]
  })
  const opened = computed((): Command[] =>
    studies.value.map((study) => ({
      label: study.name,
      suffix: study.source === 'built-in' ? 'built-in' : '',
      icon: 'i-lucide-flask-conical',
      run: to({ screen: 'editor', source: study.source, id: study.id }),
    })),
  )
  const started = computed((): Command[] =>
    studies.value
      .filter(({ problem }) => problem === undefined)
      .map((study) => ({
        label: `Run ${study.name}`,
        icon: 'i-lucide-play',
        run: () => act(() => runStudy(study.text, `${study.id}.yaml`)),
      })),
  )
  const saved = computed((): Command[] =>
    charts.value.map(({ id, comparison }) => ({
      label: comparison?.name || id,
      suffix: 'saved chart',
      icon: kindIcons[comparison?.kind ?? 'lines'],
      run: to({ screen: 'chart', id }),
    })),
  )
  const runs = computed((): Command[] =>
    runList.value.slice(0, isSearching() ? runCounts.searched : runCounts.listed).map((run) => ({
      // One text, so that a search may name study and point together.
      label: `${run.record.study} ${formatPoint(run.record.point)}`.trim(),
      suffix: run.record.state,
      icon: stateLooks[run.record.state].icon,
      run: to({ screen: 'run', id: run.record.id, tab: 'charts' }),
    })),
  )
  return computed(() => [
    { id: 'go', label: 'Go to', commands: places.value },
    { id: 'do', label: 'Do', commands: actions.value },
    { id: 'charts', label: 'Charts', commands: saved.value },
    { id: 'studies', label: 'Studies', commands: opened.value },
    { id: 'run', label: 'Run a study', commands: started.value },
    { id: 'runs', label: 'Runs', commands: runs.value },
  ])
}
