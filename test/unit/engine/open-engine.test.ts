// Choosing an engine: what exists, what does not yet, and what the record is told.
import { describe, expect, it } from 'vitest'
import { openEngine } from '../../../src/engine/open-engine'

describe('openEngine', () => {
  it('opens js on the CPU with one thread', async () => {
    const opened = await openEngine('js', { threads: 2 })
    expect(opened).toMatchObject({ name: 'js', threads: 1, reason: 'the config or the command asked for js' })
    expect(opened.versions).toMatchObject({ node: process.versions.node, 'tfjs-core': '4.22.0' })
    expect(opened.engine.name).toBe('js')
  })

  it.each(['graph', 'xla'] as const)('says that %s comes with the compiled engine', async (name) => {
    await expect(openEngine(name, {})).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('choose auto, eager or js') as string,
    })
  })

  it('takes native TensorFlow for auto where it loads, and says why', async () => {
    const opened = await openEngine('auto', { threads: 1 })
    if (opened.name === 'eager') {
      expect(opened.reason).toBe('native TensorFlow loads')
      expect(opened.versions['tensorflow']).toMatch(/^\d+\.\d+/)
      expect(opened.threads).toBe(Number(process.env['TF_NUM_INTRAOP_THREADS']))
    } else {
      expect(opened.reason).toMatch(/^native TensorFlow does not load/)
    }
  })
})
