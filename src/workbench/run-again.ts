// A run once more, from its first step: a new folder with the same config, data and borrowed weights. Nothing that the first
// one computed is taken over here; stages are shared when it starts, as between any two runs of a study.
import { readdir, readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '../run-folder/json-file'
import { readConfig } from '../run-folder/run-folder'
import { runFiles, workspaceFiles } from '../shared/run/folder'
import type { ProcessIdentity, RunRecord } from '../shared/run/record'
import { ownStudyName } from '../shared/sample'
import { unusedId, writeRunFolder } from './create-runs'
import type { RunTail } from './run-tail'

/** Writes the folder of the new run, in state queued, and returns its id. */
export async function createRunAgain(
  { folder, storedRecord: before }: RunTail,
  { workspace, launcher }: { workspace: string; launcher: ProcessIdentity },
): Promise<string> {
  const created = new Date()
  const study = ownStudyName(before.study)
  const id = unusedId(workspace, study, created)
  const record: RunRecord = {
    version: 1,
    id,
    study,
    point: before.point,
    state: 'queued',
    created: created.toISOString(),
    launcher,
    engineRequest: before.engine ?? before.engineRequest,
    deviceRequest: before.deviceRequest ?? 'auto',
    workspace,
  }
  const borrowed = await readdir(join(folder, runFiles.weights)).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  const names = [
    ...(existsSync(join(folder, runFiles.init)) ? [runFiles.init] : []),
    ...borrowed.map((name) => `${runFiles.weights}/${name}`),
  ]
  const dataset = join(folder, runFiles.dataset)
  await writeRunFolder(join(workspace, workspaceFiles.runs, id), {
    config: { ...(await readConfig(folder)), name: study },
    record,
    files: names.map((name) => ({ from: join(folder, name), to: name })),
    dataset: existsSync(dataset) ? await readFile(dataset) : undefined,
  })
  return id
}
