// Fetching a wheel from a real index over HTTP: one that breaks off, one that lies, one that refuses.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fetchWheel, type Wheel } from '../../../scripts/setup/wheel.mjs'
import { temporaryContext } from './fixtures'

const content = randomBytes(3_000_000)
const wheel: Wheel = {
  project: 'afterword-probe',
  version: '1.0.0',
  file: 'afterword_probe-1.0.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  sha256: createHash('sha256').update(content).digest('hex'),
  megabytes: 3,
  platforms: ['manylinux_2_27_x86_64'],
}

describe('fetching a wheel', () => {
  it('continues where a broken connection stopped, and asks for no byte twice', async () => {
    const ranges: (string | undefined)[] = []
    const index = await serve((request, response) => {
      ranges.push(request.headers.range)
      const first = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      response.writeHead(first > 0 ? 206 : 200, { 'Content-Length': content.length - first })
      if (first > 0) response.end(content.subarray(first))
      else response.write(content.subarray(0, 1_000_000), () => setTimeout(() => response.destroy(), 100))
    })
    const { context } = temporaryContext({ AFTERWORD_PIP_INDEX: index })
    const outcome = await fetchWheel(context, wheel)
    expect(outcome).toEqual({ path: join(context.cache, 'downloads', wheel.file) })
    expect(readFileSync(join(context.cache, 'downloads', wheel.file)).equals(content)).toBe(true)
    expect(ranges).toEqual([undefined, 'bytes=1000000-'])
  })

  it('completes the part that an earlier set-up left behind', async () => {
    const ranges: (string | undefined)[] = []
    const index = await serve((request, response) => {
      ranges.push(request.headers.range)
      response.writeHead(206, { 'Content-Length': content.length - 2_500_000 })
      response.end(content.subarray(2_500_000))
    })
    const { context, said } = temporaryContext({ AFTERWORD_PIP_INDEX: index })
    const first = await fetchWheel(
      { ...context, env: { ...context.env, AFTERWORD_PIP_INDEX: `${index}/no` } },
      wheel,
    )
    expect(first).toHaveProperty('isBegun', false)
    const partial = join(context.cache, 'downloads', `${wheel.file}.${wheel.sha256.slice(0, 12)}.partial`)
    writeFileSync(partial, content.subarray(0, 2_500_000))
    expect(await fetchWheel(context, wheel)).toHaveProperty('path')
    expect(ranges).toEqual(['bytes=2500000-'])
    expect(said.at(-1)).toContain('continuing after 3 MB')
  })

  it('throws away a file with another hash and says so', async () => {
    const index = await serve((_request, response) => response.end(randomBytes(content.length)))
    const { context, said } = temporaryContext({ AFTERWORD_PIP_INDEX: index })
    const outcome = await fetchWheel(context, wheel)
    expect(outcome).toHaveProperty('isBegun', false)
    expect(said.join('\n')).toContain('not what was expected')
    expect(readdirSync(join(context.cache, 'downloads'))).toEqual([])
  })

  it('refuses an index that announces another hash, without fetching the file', async () => {
    let isAsked = false
    const index = await serve((_request, response) => {
      isAsked = true
      response.end()
    }, 'f'.repeat(64))
    const { context } = temporaryContext({ AFTERWORD_PIP_INDEX: index })
    const outcome = await fetchWheel(context, wheel)
    expect(outcome).toHaveProperty('reason', expect.stringContaining('offers another'))
    expect(existsSync(join(context.cache, 'downloads', wheel.file))).toBe(false)
    expect(isAsked).toBe(true) // by pip, whose own check then refuses the bytes
  })
})

/** A package index with one project page and one file; returns its address. */
async function serve(answerFile: RequestListener, sha256 = wheel.sha256): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === `/files/${wheel.file}`) return answerFile(request, response)
    if (request.url !== `/simple/${wheel.project}/`) return response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': 'text/html' })
    return response.end(`<a href="../../files/${wheel.file}#sha256=${sha256}">${wheel.file}</a>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}/simple`
}
