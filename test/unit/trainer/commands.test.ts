// control.json as a running trainer sees it: each command once, old ones not at all, damage without harm.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeControl } from '../../../src/run-folder/run-folder'
import { Commands } from '../../../src/trainer/commands'
import { tempFolder } from '../../helpers/temp-folder'

test('a command is given out once, and a later one after it', async () => {
  const { folder, commands } = listening()
  expect(await commands.next()).toBeUndefined()
  await writeControl(folder, 'pause')
  expect((await commands.next())?.command).toBe('pause')
  expect(await commands.next()).toBeUndefined()
  await writeControl(folder, 'resume')
  expect((await commands.next())?.command).toBe('resume')
  expect(await commands.next()).toBeUndefined()
})

test('what an earlier process obeyed is not obeyed again', async () => {
  const at = new Date().toISOString()
  const { folder, commands } = listening({ obeyed: at })
  writeFileSync(join(folder, 'control.json'), JSON.stringify({ command: 'stop', at }))
  expect(await commands.next()).toBeUndefined()
})

test('a command meant for an earlier process is ignored, one from the moment of the start is not', async () => {
  const start = Date.now()
  for (const [age, command] of [
    [60_000, undefined],
    [500, 'stop'],
  ] as const) {
    const { folder, commands } = listening({ processStart: start })
    const control = { command: 'stop', at: new Date(start - age).toISOString() }
    writeFileSync(join(folder, 'control.json'), JSON.stringify(control))
    expect((await commands.next())?.command).toBe(command)
  }
})

test('a damaged control.json is logged once with file and rule, and the next command counts', async () => {
  const { folder, commands, entries } = listening()
  writeFileSync(join(folder, 'control.json'), '{"command":"explode","at":"2026-01-01T00:00:00Z"}')
  expect(await commands.next()).toBeUndefined()
  expect(await commands.next()).toBeUndefined()
  expect(entries).toHaveLength(1)
  expect(entries[0]).toContain(`${join(folder, 'control.json')}: field command: `)
  await writeControl(folder, 'stop')
  expect((await commands.next())?.command).toBe('stop')
})

test('a stop that is looked for fires at once and is still given out, other commands and old stops do not fire', async () => {
  const start = Date.now()
  const { folder, commands } = listening({ processStart: start })
  commands.lookForStop()
  writeFileSync(join(folder, 'control.json'), '{"command":"st')
  commands.lookForStop()
  writeFileSync(
    join(folder, 'control.json'),
    JSON.stringify({ command: 'stop', at: new Date(start - 60_000).toISOString() }),
  )
  commands.lookForStop()
  await writeControl(folder, 'pause')
  commands.lookForStop()
  expect(commands.stopAsked.aborted).toBe(false)
  await writeControl(folder, 'stop')
  commands.lookForStop()
  expect(commands.stopAsked.aborted).toBe(true)
  expect((await commands.next())?.command).toBe('stop')
})

interface Listening {
  folder: string
  commands: Commands
  entries: string[]
}

function listening({
  obeyed,
  processStart = Date.now(),
}: { obeyed?: string; processStart?: number } = {}): Listening {
  const folder = tempFolder()
  const entries: string[] = []
  const commands = new Commands(folder, (text) => entries.push(text), obeyed, processStart)
  return { folder, commands, entries }
}
