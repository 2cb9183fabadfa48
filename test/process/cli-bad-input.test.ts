// Everything that can be wrong with what a person types: exit 2, a message that names file, field and rule, nothing written.
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../helpers/temp-folder'
import { afterword, toyEngine, toyStudy } from '../helpers/workbench'

const toy = ['--engine', toyEngine] as const

test.each([
  ['an unknown key', toyStudy({ sed: 1 }), /study\.yaml.*sed.*seed/],
  [
    'an unknown key in a group',
    toyStudy({ task: { kind: 'parity', bitz: 4 } }),
    /study\.yaml.*task\.bitz.*bits/,
  ],
  ['a wrong type', toyStudy({ seed: 'one' }), /study\.yaml.*seed.*whole number/],
  ['bits 0', toyStudy({ task: { kind: 'parity', bits: 0 } }), /study\.yaml.*task\.bits.*from 1 to 64/],
  [
    'heads that do not divide width',
    toyStudy({ model: { kind: 'transformer', layers: 1, width: 16, heads: 3 } }),
    /study\.yaml.*model\.heads.*model\.width/,
  ],
  [
    'longFraction 2',
    toyStudy({ task: { kind: 'parity', longFraction: 2 } }),
    /study\.yaml.*task\.longFraction.*from 0 to 1/,
  ],
  ['an empty sweep axis', toyStudy({ sweep: { seed: [] } }), /study\.yaml.*sweep/],
  ['a sweep over an unknown field', toyStudy({ sweep: { 'task.bitz': [1] } }), /study\.yaml.*task\.bitz/],
  ['no stages', toyStudy({ stages: [] }), /study\.yaml.*stages/],
  ['a seed that is no integer', toyStudy({ seed: 1.5 }), /study\.yaml.*seed/],
  ['a syntax error', 'name: s\ntask: { kind: parity\nstages: []\n', /study\.yaml:[23].*syntax error/],
  ['an empty file', '', /study\.yaml.*empty/],
  [
    'an unknown preset',
    toyStudy({ stages: [{ kind: 'rl', algorithm: 'gpro' }] }),
    /study\.yaml.*stages\.0\.algorithm.*grpo/,
  ],
  [
    'a stage that needs the end of one that comes later',
    toyStudy({ stages: [{ kind: 'pretrain', steps: 4, batch: 4, from: 'stage-3' }] }),
    /study\.yaml.*stages\.0\.from: must name an earlier stage.*stage-3/,
  ],
  [
    'a stage that needs a run there is none of',
    toyStudy({ stages: [{ kind: 'sft', steps: 4, prompts: 4, sampler: 'nobody/0-12' }] }),
    /study\.yaml: stages\.0\.sampler.*nobody/,
  ],
  [
    'pass@k of more attempts than samples',
    toyStudy({ stages: [{ kind: 'evaluate', problems: 4, samples: 8, k: [1, 16] }] }),
    /study\.yaml.*stages\.0\.k: must be at most stages\.0\.samples \(8\), got 16/,
  ],
  [
    'a missing donor',
    toyStudy({ init: { run: 'nobody', checkpoint: '0-12' } }),
    /study\.yaml: init\.run.*nobody/,
  ],
])('%s', async (_name, text, message) => {
  const workspace = tempFolder()
  const study = join(tempFolder(), 'study.yaml')
  writeFileSync(study, text)
  const result = await afterword(workspace, 'run', ...toy, study, '--json')
  expect(result.code).toBe(2)
  expect(result.stderr).toMatch(message)
  expect(result.stderr).not.toMatch(/\n\s+at /)
  expect(JSON.parse(result.stdout)).toMatchObject({
    error: { message: expect.stringMatching(message) as string },
  })
  expect(existsSync(join(workspace, 'runs')) ? readdirSync(join(workspace, 'runs')) : []).toEqual([])
})

test('a missing checkpoint is named with those that exist', async () => {
  const workspace = tempFolder()
  const study = join(tempFolder(), 'study.yaml')
  writeFileSync(study, toyStudy())
  const trained = await afterword(workspace, 'run', ...toy, study, '--json')
  const { runs } = JSON.parse(trained.stdout) as { runs: { id: string }[] }
  const run = runs[0]?.id ?? ''
  const set = (checkpoint: string) => ['--set', `init={ run: ${run}, checkpoint: ${checkpoint} }`]
  const missing = await afterword(workspace, 'run', ...toy, study, ...set('0-99'))
  expect(missing.code).toBe(2)
  expect(missing.stderr).toMatch(/init\.checkpoint.*no checkpoint 0-99; it has .*0-12/)
  const wide = await afterword(workspace, 'run', ...toy, study, ...set('0-12'), '--set', 'model.width=32')
  expect(wide).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/init\.run.*model\.width is 32 here and 16 there/) as string,
  })

  const shorter = await afterword(workspace, 'run', ...toy, study, ...set('0-12'), '--set', 'task.bits=6')
  expect(shorter.code).toBe(2)
  expect(shorter.stderr).toMatch(
    /init\.run: the weights of run \S+ do not fit: sequences here have up to 14 tokens and the model there has positions for 10 \(task\.bits is 6 here and 4 there\)/,
  )

  const from = (reference: string) => ['--set', `stages.0.from=${reference}`]
  const absent = await afterword(workspace, 'run', ...toy, study, ...from(`${run}/0-99`))
  expect(absent.code).toBe(2)
  expect(absent.stderr).toMatch(/stages\.0\.from: run \S+ has no checkpoint 0-99; it has .*0-12/)
  const words = join(tempFolder(), 'words.yaml')
  writeFileSync(
    words,
    toyStudy({
      task: { kind: 'compose', length: 2 },
      stages: [{ kind: 'pretrain', steps: 4, batch: 4, from: `${run}/0-12` }],
    }),
  )
  const otherTask = await afterword(workspace, 'run', ...toy, words)
  expect(otherTask.code).toBe(2)
  expect(otherTask.stderr).toMatch(/stages\.0\.from: .* task\.kind is compose here and parity there/)

  const started = await afterword(workspace, 'run', ...toy, study, ...set('0-12'), '--json')
  expect(started.code).toBe(0)
  const shown = await afterword(
    workspace,
    'show',
    (JSON.parse(started.stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '',
    '--json',
  )
  expect(JSON.parse(shown.stdout)).toMatchObject({ run: { lineage: { init: { run, checkpoint: '0-12' } } } })
})

test('a workspace that cannot be written is named', async () => {
  const file = join(tempFolder(), 'file')
  writeFileSync(file, 'precious')
  const study = join(tempFolder(), 'study.yaml')
  writeFileSync(study, toyStudy())
  const result = await afterword(file, 'run', ...toy, study)
  expect(result.code).toBe(2)
  expect(result.stderr).toContain(`The workspace ${file} cannot be written`)
})

test.each([
  [['rum', 'x'], /did you mean run\?/],
  [['run', 'x.yaml', '--jsn'], /did you mean --json\?/],
  [['run', 'none.yaml'], /none\.yaml: no such file/],
  [['run', 'x.yaml', '--engine', 'xlaa'], /--engine xlaa.*did you mean xla\?/],
  [['show', 'nobody'], /no run "nobody"/],
  [['resume', 'nobody'], /no run "nobody"/],
  [['export', 'nobody', '--to', 'x.svg'], /--chart NAME is missing/],
])('afterword %j', async (args, message) => {
  const result = await afterword(tempFolder(), ...args)
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toMatch(message)
  expect(result.stderr).not.toMatch(/\n\s+at /)
})

test('a workspace that is not there is named by the commands that only read', async () => {
  const none = join(tempFolder(), 'none')
  const result = await afterword(none, 'list')
  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(none) as string })
  expect(existsSync(none)).toBe(false)
})

test('--debug shows where an error comes from', async () => {
  const result = await afterword(tempFolder(), 'run', 'none.yaml', '--debug')
  expect(result.code).toBe(2)
  expect(result.stderr).toMatch(/\n\s+at /)
})

test('a vocabulary that differs from that of the weights a stage starts from is named', async () => {
  const workspace = tempFolder()
  const study = join(tempFolder(), 'study.yaml')
  const task = { kind: 'compose', length: 2, symbols: 4, trainFunctions: 2, heldOutFunctions: 0, depth: 2 }
  writeFileSync(study, toyStudy({ task, stages: [{ kind: 'pretrain', steps: 2, batch: 4 }] }))
  const trained = await afterword(workspace, 'run', ...toy, study, '--json')
  const { runs } = JSON.parse(trained.stdout) as { runs: { id: string }[] }
  const from = ['--set', `stages.0.from=${runs[0]?.id}/0-2`]
  const result = await afterword(workspace, 'run', ...toy, study, ...from, '--set', 'task.symbols=3')
  expect(result.code).toBe(2)
  expect(result.stderr).toMatch(
    /stages\.0\.from: the weights of run \S+ do not fit: another vocabulary: \d+ tokens here and \d+ there, token 3 is .* here and "d" there/,
  )
})
