// Run folders of earlier versions: a config.json without the fields that came later means what it meant.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../../src/run-folder/run-folder'
import { crossFieldProblems } from '../../../src/shared/config/cross-field'
import { tempFolder } from '../../helpers/temp-folder'

test('a config of version 0.1.0 is read, with every later field at what the program did then', async () => {
  const folder = tempFolder()
  copyFileSync(join(import.meta.dirname, 'fixtures', 'config-0.1.0.json'), join(folder, 'config.json'))
  const config = await readConfig(folder)
  expect(config).toMatchObject({
    precision: 'float32',
    task: { kind: 'parity', bits: 20, longFraction: 0.2, partialFraction: 0 },
    evaluate: { every: 10, samples: 1024, completions: 1, cells: 0 },
    init: { run: 'parity-ntp-then-grpo-20261121-110712-5c1e', checkpoint: '0-1500' },
    stages: [
      { kind: 'pretrain', from: 'previous', mixture: [] },
      {
        algorithm: 'grpo',
        from: 'previous',
        sampler: 'policy',
        refreshEvery: 1,
        levels: null,
        rightWeight: 1,
        wrongWeight: 1,
        surrogate: 'ratio',
        clip: null,
        clipHigh: null,
        groupsWithoutSignal: 'keep',
        epochs: 1,
        entropyBonus: 0,
        kl: { coefficient: 0 },
      },
      { algorithm: 'star', from: 'previous', sampler: 'policy', refreshEvery: 1, distinct: false },
    ],
  })
  expect(crossFieldProblems(config).filter(({ severity }) => severity === 'error')).toEqual([])
})
