// What the machine is, for the results: CPU, cores, memory, system, versions. Nothing that names a person or a host.
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os'

/** Cores this process may use, hyperthreads not counted: products gain nothing from them. */
export function physicalCores() {
  const available = availableParallelism()
  try {
    const blocks = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n')
    const value = (block, name) => new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(block)?.[1]
    const cores = new Set(
      blocks
        .filter((block) => value(block, 'processor') !== undefined)
        .map(
          (block) => `${value(block, 'physical id')}/${value(block, 'core id') ?? value(block, 'processor')}`,
        ),
    )
    return cores.size === 0 ? available : Math.min(available, cores.size)
  } catch {
    return available
  }
}

/**
 * The machine as the results give it; versions are those the workers report.
 * @param {readonly { results: import('./measure.mjs').Result[] }[]} measured
 * @param {{ threads: number, device: string }} where
 */
export function describeMachine(measured, { threads, device }) {
  const prepared = measured.flatMap(({ results }) => results.flatMap((result) => result.prepared ?? []))
  const versions = Object.assign({ node: process.versions.node }, ...prepared.map((one) => one.versions))
  const cpu = cpus()[0]?.model.trim() || 'unknown CPU'
  const found = [...new Set(prepared.flatMap((one) => one.device ?? []))]
  return {
    date: new Date().toISOString().slice(0, 10),
    name: `${device}-${cpu}-${threads}`
      .toLowerCase()
      .replaceAll(/\(r\)|\(tm\)/g, '')
      .replaceAll(/[^a-z0-9]+/g, '-'),
    cpu,
    threads,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    device: found.join(', ') || `CPU (${cpu})`,
    versions,
  }
}
