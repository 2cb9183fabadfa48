// Runs outside the workspace: found through their pointer; a bad pointer hides nothing but its own run.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRun } from '../../../src/run-folder/run-folder'
import { listRunFolders, writePointer } from '../../../src/workbench/run-pointer'
import { runConfig } from '../../helpers/run-config'
import { tempFolder } from '../../helpers/temp-folder'

async function runAt(folder: string): Promise<string> {
  await createRun(folder, {
    config: runConfig(),
    record: {
      version: 1,
      id: 'elsewhere',
      study: 'toy',
      point: {},
      state: 'queued',
      created: new Date().toISOString(),
      engineRequest: 'auto',
    },
  })
  return folder
}

test('a pointer leads to its run; a damaged one and one whose folder is gone are problems, and the rest is found', async () => {
  const workspace = tempFolder()
  const runs = join(workspace, 'runs')
  mkdirSync(join(runs, 'inside'), { recursive: true })
  const outside = await runAt(join(tempFolder(), 'out side'))
  const gone = await runAt(join(tempFolder(), 'gone'))
  await writePointer(workspace, 'outside', outside)
  await writePointer(workspace, 'gone', gone)
  rmSync(gone, { recursive: true })
  writeFileSync(join(runs, 'torn.json'), '{"folder": "/tm')
  writeFileSync(join(runs, 'other.json'), '{"path": "/tmp"}')

  const { folders, problems } = await listRunFolders(workspace)
  expect(new Set(folders)).toEqual(new Set([join(runs, 'inside'), outside]))
  expect(problems.sort()).toEqual([
    `${join(runs, 'gone.json')}: field folder: there is no run in ${gone}`,
    expect.stringContaining(`${join(runs, 'other.json')}: field folder: `) as string,
    expect.stringContaining(`${join(runs, 'torn.json')}: not valid JSON`) as string,
  ])
})
