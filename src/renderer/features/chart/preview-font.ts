// The page's font inside a picture: an image of SVG sees no fonts of the page around it.
import interUrl from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'

/** A style element that brings Inter along, as text to put into an SVG. */
export async function fontStyle(): Promise<string> {
  const bytes = new Uint8Array(await (await fetch(interUrl)).arrayBuffer())
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return `<style>@font-face{font-family:'Inter Variable';font-weight:100 900;src:url(data:font/woff2;base64,${btoa(binary)})}</style>`
}

/** The SVG as the address of an image, with that style in it. */
export function imageAddress(svg: string, style: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.replace(/^<svg[^>]*>/, (tag) => tag + style))}`
}
