// A chart as PNG, drawn by resvg (WebAssembly) with the PDF's letters: equal pixels in the window and on the command line. The
// file says how large it is shown, so that a program that places it does so at its true size.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import type { ExportPicture } from '../../shared/chart-export'
import { chartFonts } from './fonts'
import { attributesOf, decoded } from './svg-elements'
import { letterOutlines, textLine } from './text-lines'

/** resvg is loaded once a process; a second time it refuses. */
let loading: Promise<void> | undefined

function load(): Promise<void> {
  loading ??= readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')).then(
    (bytes) => initWasm(bytes),
  )
  return loading
}

/** The bytes of the PNG: `scale` pixels per pixel of the drawing. */
export async function pngBytes({ svg, pixelsPerInch }: ExportPicture, scale: number): Promise<Uint8Array> {
  await load()
  const picture = new Resvg(await withOutlines(svg), { fitTo: { mode: 'zoom', value: scale } })
  const image = picture.render()
  try {
    return withDensity(image.asPng(), pixelsPerInch * scale)
  } finally {
    image.free()
    picture.free()
  }
}

/** The same picture with letters as shapes: the PDF's own, in the PDF's places. */
async function withOutlines(svg: string): Promise<string> {
  const fonts = await chartFonts()
  return svg.replaceAll(/<text([^>]*)>([^<]*)<\/text>/g, (_, attributes: string, text: string) => {
    const outlines = letterOutlines(textLine(attributesOf(attributes), decoded(text), fonts))
    const look = attributes.replaceAll(/ (?:x|y|dy|style|text-anchor|xml:space)="[^"]*"/g, '')
    return `<path d="${outlines}"${look}/>`
  })
}

const METRES_PER_INCH = 0.0254
/** Signature and header chunk: what the density chunk comes after. */
const AFTER_HEADER = 8 + 25

/** The same PNG with a pHYs chunk (PNG specification, 11.3.5.3). */
function withDensity(png: Uint8Array, pixelsPerInch: number): Uint8Array {
  const chunk = Buffer.alloc(21)
  chunk.writeUInt32BE(9, 0)
  chunk.write('pHYs', 4, 'latin1')
  const density = Math.round(pixelsPerInch / METRES_PER_INCH)
  chunk.writeUInt32BE(density, 8)
  chunk.writeUInt32BE(density, 12)
  chunk.writeUInt8(1, 16)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17)
  return Buffer.concat([png.subarray(0, AFTER_HEADER), chunk, png.subarray(AFTER_HEADER)])
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
