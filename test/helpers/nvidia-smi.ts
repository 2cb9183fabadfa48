// A stand-in for the driver's nvidia-smi on machines without a GPU: a program of that name that prints given lines.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from './temp-folder'

/** An environment in which nvidia-smi lists these GPUs, each as `index, uuid, name`, whatever fields it is asked for. */
export function nvidiaSmi(...gpus: string[]): Record<string, string> {
  const folder = tempFolder()
  const program = join(folder, 'nvidia-smi')
  writeFileSync(program, `#!/bin/sh\ncat <<END\n${gpus.join('\n')}\nEND\n`)
  chmodSync(program, 0o755)
  return { PATH: `${folder}:${process.env['PATH']}`, AFTERWORD_TENSORFLOW: '', AFTERWORD_CUDA: '' }
}
