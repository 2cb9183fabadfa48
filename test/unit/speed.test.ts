import { test } from 'vitest'
import { loadNative } from '../../src/engine/native'
import { createCompiledEngine } from '../../src/engine/compiled/compiled-engine'
import { createEagerEngine } from '../../src/engine/eager-engine'
import { createExperiment } from '../../src/lab/experiment'
import { runConfigSchema } from '../../src/shared/config/schema'
test('x', async () => {
  const native = await loadNative()
  const config = runConfigSchema.parse({ name: 'x', task: { kind: 'parity', bits: 20, longFraction: .2 }, model: { kind: 'transformer' }, stages: [ { kind: 'pretrain', steps: 1500, optimizer: { warmupSteps: 50, decay: 'linear', clipNorm: 1 } }, { kind: 'rl', algorithm: 'grpo' } ] })
  for (const name of (process.env.ENGINES ?? 'eager,graph,xla').split(',')) {
    const e = name==='eager'? createEagerEngine('eager','tensorflow') : createCompiledEngine(name as 'graph', native)
    const x = createExperiment({ engine: e, config, clock: () => performance.now() / 1000 })
    const time = (l: string, f: () => unknown, n: number) => { let best = 1e9; const all=[]; for (let i=0;i<n;i++) { const t=performance.now(); f(); const d=performance.now()-t; all.push(d); best=Math.min(best,d) } all.sort((a,b)=>a-b); console.log(name, l, 'first?', 'best', best.toFixed(1), 'median', all[n>>1]!.toFixed(1)) }
    for (const stage of [0,1]) {
      let t = performance.now(); await x.beginStage(stage); console.log(name, 'begin', stage, performance.now()-t)
      t = performance.now(); console.log(JSON.stringify(x.step(stage, 1).values)); console.log(name, 'first step', performance.now()-t)
      t = performance.now(); console.log(JSON.stringify(x.evaluate(stage, 1).values)); console.log(name, 'first eval', performance.now()-t)
      let k = 2; time('step', () => x.step(stage, k++), 20); time('eval', () => x.evaluate(stage, k++), 5)
      console.log(JSON.stringify(x.step(stage, k++).values))
    }
    x.dispose()
  }
}, 600000)
