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
  ['a missing donor', toyStudy({ init: { run: 'nobody', checkpoint: '0-12' } }), /init\.run.*nobody/],
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

  const started = await afterword(workspace, 'run', ...toy, study, ...set('0-12'), '--json')
  expect(started.code).toBe(0)
  const from = await afterword(
    workspace,
    'show',
    (JSON.parse(started.stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '',
    '--json',
  )
  expect(JSON.parse(from.stdout)).toMatchObject({ run: { lineage: { init: { run, checkpoint: '0-12' } } } })
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
