// `afterword reproduce` on a study of a second: trained, judged, written down, and not trained again.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecord } from '../../src/run-folder/run-folder'
import { tempFolder } from '../helpers/temp-folder'
import { metricsOf } from '../helpers/trainer'
import { afterword, toyStudy } from '../helpers/workbench'

interface ReproduceDocument {
  studies: {
    name: string
    runs: { id: string; folder: string; state: string }[]
    statements: { claim: string; verdict: string; figures: { value: number }[] }[]
  }[]
}

/** A folder of one study, group/tiny: two seeds, one of them in its quick form; the second statement is wrong. */
function studies(changes: Record<string, unknown> = {}): string {
  const folder = tempFolder()
  mkdirSync(join(folder, 'group'))
  const study = toyStudy({
    name: 'group/tiny',
    about: { claim: 'It trains.', lookFor: 'Steps.', source: 'nobody' },
    model: { kind: 'transformer', layers: 1, width: 8, heads: 1 },
    stages: [{ kind: 'pretrain', steps: 4, batch: 4 }],
    sweep: { seed: [0, 1] },
    quick: { 'sweep.seed': [1] },
    statements: [
      { claim: 'An accuracy is a share.', metric: 'eval/accuracy', stage: 0, atLeast: 0, atMost: 1 },
      { claim: 'Four steps teach everything.', metric: 'train/loss', stage: 0, atMost: 0.001 },
    ],
    charts: [{ metric: 'train/loss', over: 'step' }],
    ...changes,
  })
  writeFileSync(join(folder, 'group', 'tiny.yaml'), study)
  return folder
}

const reproduce = (workspace: string, folder: string, ...flags: string[]) =>
  afterword(workspace, 'reproduce', 'group/tiny', '--workspace', workspace, '--studies', folder, ...flags)

test('statements are judged by the trained runs; one that fails is exit code 1; a second call trains nothing', async () => {
  const [workspace, folder] = [tempFolder(), studies()]
  const page = join(workspace, 'page.md')
  const first = await reproduce(workspace, folder, '--quick', '--report', page, '--json')
  expect(first).toMatchObject({ code: 1 })
  const [study, ...others] = (JSON.parse(first.stdout) as ReproduceDocument).studies
  expect(others).toEqual([])
  expect(study?.runs.map(({ state }) => state)).toEqual(['finished'])
  expect(study?.statements.map(({ claim, verdict }) => [claim, verdict])).toEqual([
    ['An accuracy is a share.', 'pass'],
    ['Four steps teach everything.', 'fail'],
  ])
  // The figures are those of the run folder.
  const rows = await metricsOf(study?.runs[0]?.folder ?? '')
  expect(study?.statements[1]?.figures).toMatchObject([{ value: rows.at(-1)?.values['train/loss'] }])
  expect(readFileSync(page, 'utf8')).toMatch(
    /## group\/tiny[\s\S]*1 of 2 statements hold, 1 does not\. 1 run \(quick form\), seed 1,[\s\S]*page\/group-tiny-1\.svg/,
  )

  const again = await reproduce(workspace, folder, '--quick')
  expect(again).toMatchObject({ code: 1 })
  expect(again.stdout).toMatch(
    /^group\/tiny: 1 run, .*: 1 passed, 1 failed\n {2}pass {2}An accuracy is a share\.\n/,
  )
  expect(again.stdout).toContain('  FAIL  Four steps teach everything.\n')
  expect(again.stderr).not.toContain('finished')
  const runs = () => readdirSync(join(workspace, 'runs')).filter((name) => !name.startsWith('.'))
  expect(runs()).toEqual([study?.runs[0]?.id])

  // The whole study adds the seed that is not there.
  const whole = await reproduce(workspace, folder, '--json')
  const [all] = (JSON.parse(whole.stdout) as ReproduceDocument).studies
  expect(all?.runs[1]).toMatchObject({ id: study?.runs[0]?.id, state: 'finished' })
  expect(runs()).toHaveLength(2)
})

test('a run that was trained when its arm had another name counts for the arm it is now', async () => {
  const [workspace, folder] = [tempFolder(), studies()]
  const arms = (name: string) => ({
    arms: { [name]: { 'stages.0.steps': 5 } },
    statements: [{ claim: 'It ran.', where: { arm: name }, metric: 'train/loss', atLeast: 0 }],
  })
  const file = (changes: Record<string, unknown>) =>
    readFileSync(join(studies(changes), 'group', 'tiny.yaml'), 'utf8')
  writeFileSync(join(folder, 'group', 'tiny.yaml'), file(arms('old')))
  expect(await reproduce(workspace, folder, '--quick')).toMatchObject({ code: 0 })
  writeFileSync(join(folder, 'group', 'tiny.yaml'), file(arms('new')))
  const renamed = await reproduce(workspace, folder, '--quick')
  expect(renamed.stdout).toContain('  pass  It ran.\n')
  expect(renamed.stderr).not.toContain('finished')
})

test('where every statement holds the exit code is 0; a study nobody has is named with those there are', async () => {
  const [workspace, folder] = [tempFolder(), studies({ statements: [] })]
  expect(await reproduce(workspace, folder, '--quick')).toMatchObject({ code: 0 })
  const unknown = await afterword(workspace, 'reproduce', 'group/tine', '--studies', folder)
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no study "group\/tine"; did you mean group\/tiny\?/) as string,
  })
})

test('with two slots two studies are trained side by side; an open question is trained where it is named only', async () => {
  const [workspace, folder] = [tempFolder(), studies({ stages: [{ kind: 'pretrain', steps: 60, batch: 4 }] })]
  const text = readFileSync(join(folder, 'group', 'tiny.yaml'), 'utf8')
  writeFileSync(join(folder, 'group', 'other.yaml'), text.replaceAll('group/tiny', 'group/other'))
  writeFileSync(
    join(folder, 'group', 'open.yaml'),
    toyStudy({
      name: 'group/open',
      about: { claim: 'Who knows.', lookFor: 'It.', source: 'nobody', onRequest: true },
      stages: [{ kind: 'pretrain', steps: 2, batch: 4 }],
    }),
  )
  const flags = ['--workspace', workspace, '--studies', folder, '--quick', '--slots', '2', '--json']
  const page = join(workspace, 'page.md')
  const result = await afterword(workspace, 'reproduce', ...flags, '--report', page)
  const { studies: found } = JSON.parse(result.stdout) as ReproduceDocument
  expect(found.map(({ name }) => name)).toEqual(['group/other', 'group/tiny'])
  const [first, second] = await Promise.all(found.map(({ runs }) => readRecord(runs[0]?.folder ?? '')))
  expect(Date.parse(second?.started ?? '')).toBeLessThan(Date.parse(first?.ended ?? ''))
  expect(Date.parse(first?.started ?? '')).toBeLessThan(Date.parse(second?.ended ?? ''))
  expect(readFileSync(page, 'utf8').match(/^## .*/gm)).toEqual(['## group/other', '## group/tiny'])
  const named = await afterword(
    workspace,
    'reproduce',
    'group/open',
    '--workspace',
    workspace,
    '--studies',
    folder,
  )
  expect(named).toMatchObject({ code: 0, stdout: expect.stringMatching(/^group\/open: 1 run/) as string })
})
