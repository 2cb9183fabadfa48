// The built command line with real trainers: documents, exit codes, interruption, resumption.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readRecord } from '../../src/run-folder/run-folder'
import { tempFolder } from '../helpers/temp-folder'
import { metricsOf, reproducible, waitFor, waitForRows } from '../helpers/trainer'
import {
  afterword,
  builtCommand,
  longStudy,
  slowStudy,
  opened,
  setQueueRunning,
  startAfterword,
  toyEngine,
  toyStudy,
  type CommandResult,
} from '../helpers/workbench'

interface RunsDocument {
  runs: { id: string; folder: string; state: string; last: Record<string, number> }[]
}
const documentOf = ({ stdout }: CommandResult) => JSON.parse(stdout) as RunsDocument

function studyFile(folder: string, text: string): string {
  const path = join(folder, 'study.yaml')
  writeFileSync(path, text)
  return path
}

/** The folder of the run that is being trained, whatever its place among the names, once it has some rows. */
async function runInTraining(workspace: string, rows: number): Promise<string> {
  const runs = join(workspace, 'runs')
  let folder: string | undefined
  await waitFor('a run in training', async () => {
    const names = existsSync(runs) ? readdirSync(runs).filter((name) => !name.startsWith('.')) : []
    for (const name of names) {
      if ((await readRecord(join(runs, name))).state === 'running') folder = join(runs, name)
    }
    return folder !== undefined
  })
  await waitForRows(folder ?? '', rows)
  return folder ?? ''
}

const toy = ['--engine', toyEngine] as const

test('run trains every point of a sweep and prints one JSON document; list, show, export and theory read it', async () => {
  const workspace = tempFolder()
  const stages = [
    { kind: 'pretrain', steps: 8, batch: 4 },
    { kind: 'rl', algorithm: 'grpo', prompts: 2, group: 2, steps: 2 },
  ]
  const study = studyFile(workspace, toyStudy({ stages, sweep: { seed: [0, 1] } }))
  const result = await afterword(workspace, 'run', ...toy, study, '--json', '--set', 'task.longFraction=0.4')
  expect(result).toMatchObject({ code: 0 })
  const { runs } = documentOf(result)
  expect(runs.map(({ state }) => state)).toEqual(['finished', 'finished'])
  for (const { folder, last } of runs) {
    expect(folder.startsWith('/')).toBe(true)
    const rows = await metricsOf(folder)
    expect(last['eval/greedy_accuracy']).toBe(rows.at(-1)?.values['eval/greedy_accuracy'])
  }
  expect(result.stderr).toMatch(/toy, run 2 of 2, seed 1: finished/)

  const [first = { id: '', folder: '', last: {} }, second] = runs
  const listed = JSON.parse((await afterword(workspace, 'list', '--json')).stdout) as RunsDocument
  expect(listed.runs).toEqual(
    runs.map(({ id, state, last }) => ({
      id,
      study: 'toy',
      state,
      created: expect.any(String) as string,
      last,
    })),
  )
  expect((await afterword(workspace, 'list', 'FINISHED')).stdout).toContain(second?.id)
  expect(await afterword(workspace, 'list', 'failed')).toMatchObject({ code: 0, stdout: '' })
  const filtered = await afterword(workspace, 'list', 'seed = 1 and train/loss.at(0-4) > 0', '--json')
  expect(documentOf(filtered).runs.map(({ id }) => id)).toEqual([second?.id])
  const wrong = await afterword(workspace, 'list', 'sead = 1')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('FILTER, character 1: there is no field sead; did you mean seed?')

  const shown = await afterword(workspace, 'show', first.id, '--json')
  expect(JSON.parse(shown.stdout)).toMatchObject({
    run: {
      id: first.id,
      folder: first.folder,
      state: 'finished',
      last: first.last,
      checkpoints: ['0-4', '0-8', '1-2'],
      lineage: {},
      config: { task: { longFraction: 0.4 }, seed: 0 },
    },
  })
  expect((await afterword(workspace, 'show', first.id)).stdout).toContain('longFraction: 0.4')
  const ambiguous = await afterword(workspace, 'show', 'toy')
  expect(ambiguous.code).toBe(2)
  expect(ambiguous.stderr).toContain(second?.id)

  const svg = join(workspace, 'chart.svg')
  const csv = join(workspace, 'chart.csv')
  const ids = runs.map(({ id }) => id)
  expect(
    await afterword(workspace, 'export', ...ids, '--chart', 'greedy_accuracy', '--to', svg),
  ).toMatchObject({ code: 0 })
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg[\s\S]*Greedy accuracy[\s\S]*<\/svg>/)
  const exported = await afterword(
    workspace,
    'export',
    ...ids,
    '--chart',
    'eval/greedy_accuracy',
    '--to',
    csv,
    '--json',
  )
  expect(JSON.parse(exported.stdout)).toEqual({ file: csv, chart: 'eval/greedy_accuracy', runs: ids })
  expect(readFileSync(csv, 'utf8').split('\n').length).toBeGreaterThan(4)
  // A saved chart, of the runs its filter finds: a file a metric.
  mkdirSync(join(workspace, 'charts'))
  const chart = {
    name: 'Two seeds',
    runs: { filter: 'state = finished' },
    metrics: ['train/loss', 'eval/accuracy'],
  }
  writeFileSync(join(workspace, 'charts', 'two-seeds.json'), JSON.stringify(chart))
  const saved = await afterword(workspace, 'export', '--chart', 'two seeds', '--to', csv, '--json')
  const files = ['loss', 'accuracy'].map((word) => join(workspace, `chart-${word}.csv`))
  expect(JSON.parse(saved.stdout)).toMatchObject({ files, chart: 'Two seeds' })
  expect(files.map((file) => readFileSync(file, 'utf8').split('\n').length > 4)).toEqual([true, true])
  const noChart = await afterword(workspace, 'export', '--chart', 'two sees', '--to', csv)
  expect(noChart.stderr).toMatch(/no saved chart has this name; did you mean Two seeds\?/)
  const written = async (file: string, ...flags: string[]) => {
    const path = join(workspace, file)
    const result = await afterword(
      workspace,
      'export',
      ...ids,
      '--chart',
      'greedy_accuracy',
      '--to',
      path,
      ...flags,
    )
    return result.code === 0 ? readFileSync(path) : result.stderr
  }
  expect((await written('chart.pdf', '--size', 'column', '--text', '9')).toString('latin1', 0, 5)).toBe(
    '%PDF-',
  )
  const png = (await written('chart.png', '--transparent', '--scale', '1', '--palette', 'grey')) as Buffer
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1920, 1080])
  expect((await written('chart.pptx', '--theme', 'dark')).toString('latin1', 0, 4)).toBe('PK\x03\x04')
  expect(JSON.parse((await written('chart.json')).toString('utf8'))).toHaveProperty('option.series')
  expect(await written('chart.gif')).toMatch(
    /chart\.gif: must end in \.svg, \.pdf, \.png, \.pptx, \.csv, \.json/,
  )
  expect(await written('chart.png', '--size', 'slid')).toMatch(
    /--size slid: must be one of .*did you mean slide\?/,
  )
  expect(await written('chart.png', '--scale', '5')).toMatch(/--scale 5: must be a whole number from 1 to 4/)
  const unknown = await afterword(workspace, 'export', first.id, '--chart', 'gredy_accuracy', '--to', svg)
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean greedy_accuracy?') as string,
  })
})

test('theory prints the closed forms of a config, without a workspace', async () => {
  const workspace = join(tempFolder(), 'none')
  const study = studyFile(tempFolder(), toyStudy({ task: { kind: 'parity', bits: 20, longFraction: 0.2 } }))
  const result = await afterword(workspace, 'theory', study, '--json')
  expect(result.code).toBe(0)
  const { values } = JSON.parse(result.stdout) as { values: Record<string, number> }
  expect(Object.keys(values).sort()).toEqual([
    'theory/eval/accuracy',
    'theory/eval/greedy_accuracy',
    'theory/eval/long_fraction',
    'theory/eval/mean_length',
    'theory/star/rounds_to_flip',
    'theory/train/loss_floor_per_sequence',
    'theory/train/loss_per_sequence',
  ])
  expect(values['theory/eval/greedy_accuracy']).toBe(0.5)
  expect(values['theory/train/loss_per_sequence']).toBeCloseTo(1.0549, 3)
})

test('a run with --out stands in its own folder and is found by list, show and resume', async () => {
  const workspace = tempFolder()
  const out = join(tempFolder(), 'here')
  const study = studyFile(workspace, toyStudy())
  const result = await afterword(workspace, 'run', ...toy, study, '--out', out, '--json')
  expect(result.code).toBe(0)
  const [run] = documentOf(result).runs
  expect(run?.folder).toBe(out)
  expect((await readRecord(out)).state).toBe('finished')
  expect((await afterword(workspace, 'list')).stdout).toContain(run?.id)
  expect(await afterword(workspace, 'show', run?.id ?? '')).toMatchObject({ code: 0 })
  const again = await afterword(workspace, 'resume', run?.id ?? '')
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is finished') as string })

  const full = await afterword(workspace, 'run', ...toy, study, '--out', out)
  expect(full).toMatchObject({ code: 2, stderr: expect.stringContaining('not empty') as string })
  const sweep = studyFile(workspace, toyStudy({ sweep: { seed: [0, 1] } }))
  const other = join(tempFolder(), 'other')
  expect(await afterword(workspace, 'run', ...toy, sweep, '--out', other)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('sweep') as string,
  })
  expect(
    (JSON.parse((await afterword(workspace, 'list', '--json')).stdout) as RunsDocument).runs,
  ).toHaveLength(1)
})

test('Ctrl+C stops with a checkpoint: exit 130, the rest of the sweep unstarted; resume finishes as if never stopped', async () => {
  const workspace = tempFolder()
  const study = studyFile(workspace, slowStudy({ sweep: { seed: [0, 1] } }))
  const command = startAfterword(workspace, 'run', ...toy, study, '--json')
  const folder = await runInTraining(workspace, 20)
  command.kill('SIGINT')
  const result = await command.ended
  expect(result.code).toBe(130)
  const [stopped, unstarted] = documentOf(result).runs
  expect([stopped?.state, unstarted?.state]).toEqual(['stopped', 'stopped'])
  expect(await metricsOf(unstarted?.folder ?? '')).toEqual([])
  const { step = 0 } = (await metricsOf(folder)).at(-1) ?? {}
  expect(readdirSync(join(folder, 'checkpoints'))).toContain(`0-${step}`)

  const resumed = await afterword(workspace, 'resume', stopped?.id ?? '', '--json')
  expect(resumed.code).toBe(0)
  expect(documentOf(resumed).runs).toMatchObject([{ id: stopped?.id, state: 'finished' }])
  const whole = tempFolder()
  const uninterrupted = await afterword(whole, 'run', ...toy, studyFile(whole, slowStudy()), '--json')
  // The checkpoint of the stop is one more; what was measured and sampled is the same.
  const same = async (path: string) => {
    const { rows, samples, samplesIndex } = await reproducible(path)
    return { rows, samples, samplesIndex }
  }
  expect(await same(folder)).toEqual(await same(documentOf(uninterrupted).runs[0]?.folder ?? ''))
})

test('a trainer killed by a signal is an interrupted run: exit 1, and the sweep goes on', async () => {
  const workspace = tempFolder()
  const command = startAfterword(
    workspace,
    'run',
    ...toy,
    studyFile(workspace, slowStudy({ sweep: { seed: [0, 1] } })),
    '--json',
  )
  const folder = await runInTraining(workspace, 5)
  process.kill((await readRecord(folder)).pid ?? 0, 'SIGKILL')
  const result = await command.ended
  expect(result.code).toBe(1)
  expect(documentOf(result).runs.map(({ state }) => state)).toEqual(['interrupted', 'finished'])
  expect(result.stderr).toContain('killed by SIGKILL')
})

test('a run whose command line died before it started it can be resumed', async () => {
  const workspace = tempFolder()
  const study = studyFile(workspace, longStudy({ sweep: { seed: [0, 1] } }))
  const command = startAfterword(workspace, 'run', ...toy, study)
  const list = async () => documentOf(await afterword(workspace, 'list', '--json')).runs
  const running = async () => (await list()).find(({ state }) => state === 'running')
  await waitFor('the first run', async () => (await running()) !== undefined)
  const waiting = (await list()).find(({ state }) => state === 'queued')?.id ?? ''
  const refused = await afterword(workspace, 'resume', waiting)
  expect(refused.stderr).toContain(`run ${waiting} is queued`)

  command.kill('SIGKILL')
  await command.ended
  const resumed = startAfterword(workspace, 'resume', waiting, '--json')
  await waitFor(
    'its training',
    async () => (await list()).find(({ id }) => id === waiting)?.state === 'running',
  )
  resumed.kill('SIGINT')
  const result = await resumed.ended
  expect(result.code).toBe(130)
  expect(documentOf(result).runs).toMatchObject([{ id: waiting, state: 'stopped' }])
  const orphan = await readRecord(join(workspace, 'runs', (await running())?.id ?? ''))
  process.kill(orphan.pid ?? 0, 'SIGKILL')
})

test('a history that cannot be saved is said on stderr: the document and the exit code are those of the runs', async () => {
  const workspace = tempFolder()
  mkdirSync(join(workspace, 'workbench.lock'))
  const result = await afterword(workspace, 'run', ...toy, studyFile(workspace, toyStudy()), '--json')
  expect(result.code).toBe(0)
  expect(documentOf(result).runs).toMatchObject([{ state: 'finished' }])
  expect(result.stderr).toMatch(/the history was not saved: .*workbench\.lock/)
})

test('a second Ctrl+C kills the trainer', async () => {
  const workspace = tempFolder()
  const command = startAfterword(workspace, 'run', ...toy, studyFile(workspace, longStudy()), '--json')
  const folder = await runInTraining(workspace, 5)
  // Stopped, it cannot hear the first request.
  const { pid = 0 } = await readRecord(folder)
  process.kill(pid, 'SIGSTOP')
  command.kill('SIGINT')
  await waitFor('the first request', () =>
    Promise.resolve(command.stderr().includes('stopping with a checkpoint')),
  )
  // At once it would be the same request, handed on by npx.
  await sleep(600)
  command.kill('SIGINT')
  const result = await command.ended
  expect(result.code).toBe(130)
  expect(documentOf(result).runs).toMatchObject([{ state: 'interrupted' }])
})

test('run trains while a window holds the workspace, whose history then has the run', async () => {
  const workspace = tempFolder()
  const window = await opened(workspace)
  await setQueueRunning(window, false)
  const result = await afterword(workspace, 'run', ...toy, studyFile(workspace, toyStudy()), '--json')
  expect(result.code).toBe(0)
  const [run] = documentOf(result).runs
  await waitFor('the window', async () =>
    (await window.listRuns()).some(({ record }) => record.id === run?.id && record.state === 'finished'),
  )
  expect((await window.workspace()).isHolder).toBe(true)
})

test('a reader that closes the pipe early is no crash', async () => {
  const workspace = tempFolder()
  mkdirSync(join(workspace, 'runs'))
  const [node, script] = builtCommand()
  const shell = spawn(
    'bash',
    ['-c', `"$0" "$1" help | head -c 1 >/dev/null; echo \${PIPESTATUS[0]}`, node, script],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stdout = ''
  let stderr = ''
  shell.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  shell.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  await new Promise((done) => shell.once('close', done))
  expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
})
