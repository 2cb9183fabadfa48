// Choosing an engine: what exists, what does not yet, and what the record is told.
import { describe, expect, it } from 'vitest'
import { openEngine } from '../../../src/engine/open-engine'

describe('openEngine', () => {
  it('opens js on the CPU with one thread', async () => {
    const opened = await openEngine('js', { threads: 2 })
    expect(opened).toMatchObject({
      name: 'js',
      threads: 1,
      reason: 'the command or the settings asked for js',
    })
    expect(opened.versions).toMatchObject({ node: process.versions.node, 'tfjs-core': '4.22.0' })
    expect(opened.engine.name).toBe('js')
  })

  it('takes native TensorFlow for auto where it loads, and says why', async () => {
    const opened = await openEngine('auto', { threads: 1 })
    if (opened.name === 'graph') {
      expect(opened.reason).toMatch(/^native TensorFlow loads/)
      expect(opened.versions['tensorflow']).toMatch(/^\d+\.\d+/)
      expect(opened.threads).toBe(Number(process.env['TF_NUM_INTRAOP_THREADS']))
    } else {
      expect(opened.reason).toMatch(/^native TensorFlow does not load/)
    }
  })
})
