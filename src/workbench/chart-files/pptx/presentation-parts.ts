// The parts every presentation has besides its slides: one master, one empty layout, a theme with a plain font, in the least
// form that ECMA-376 allows. A person's own template takes over when the slide is pasted into their deck.
import { slideInches } from './slide-part'
import { EMU_PER_INCH, escaped, namespaces, relationship, relationships, xmlHeader } from './xml'

const presentation = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
const type = 'application/vnd.openxmlformats-officedocument'
const noShapes =
  '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/></p:spTree>'

/** Parts by their names, for one slide and this many charts. */
export function presentationParts(title: string, charts: number): Record<string, string> {
  const chartTypes = Array.from(
    { length: charts },
    (_, index) =>
      `<Override PartName="/ppt/charts/chart${index + 1}.xml" ContentType="${type}.drawingml.chart+xml"/>`,
  )
  const override = (name: string, kind: string) =>
    `<Override PartName="/ppt/${name}.xml" ContentType="${type}.${kind}+xml"/>`
  const width = Math.round(slideInches.width * EMU_PER_INCH)
  const height = Math.round(slideInches.height * EMU_PER_INCH)
  return {
    '[Content_Types].xml':
      `${xmlHeader}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>' +
      `<Default Extension="xlsx" ContentType="${type}.spreadsheetml.sheet"/><Default Extension="png" ContentType="image/png"/><Default Extension="svg" ContentType="image/svg+xml"/>` +
      override('presentation', 'presentationml.presentation.main') +
      override('slideMasters/slideMaster1', 'presentationml.slideMaster') +
      override('slideLayouts/slideLayout1', 'presentationml.slideLayout') +
      override('theme/theme1', 'theme') +
      override('slides/slide1', 'presentationml.slide') +
      chartTypes.join('') +
      '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    '_rels/.rels': relationships([
      relationship(1, 'officeDocument', 'ppt/presentation.xml'),
      relationship(2, 'metadata/core-properties', 'docProps/core.xml'),
    ]),
    'docProps/core.xml': `${xmlHeader}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escaped(title)}</dc:title><dc:creator>Afterword</dc:creator></cp:coreProperties>`,
    'ppt/presentation.xml':
      `${xmlHeader}<p:presentation ${namespaces} ${presentation}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>` +
      `<p:sldIdLst><p:sldId id="256" r:id="rId2"/></p:sldIdLst><p:sldSz cx="${width}" cy="${height}"/><p:notesSz cx="${height}" cy="${width}"/></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships([
      relationship(1, 'slideMaster', 'slideMasters/slideMaster1.xml'),
      relationship(2, 'slide', 'slides/slide1.xml'),
      relationship(3, 'theme', 'theme/theme1.xml'),
    ]),
    'ppt/slideMasters/slideMaster1.xml':
      `${xmlHeader}<p:sldMaster ${namespaces} ${presentation}><p:cSld><p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>${noShapes}</p:cSld>` +
      '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>' +
      '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>',
    'ppt/slideMasters/_rels/slideMaster1.xml.rels': relationships([
      relationship(1, 'slideLayout', '../slideLayouts/slideLayout1.xml'),
      relationship(2, 'theme', '../theme/theme1.xml'),
    ]),
    'ppt/slideLayouts/slideLayout1.xml': `${xmlHeader}<p:sldLayout ${namespaces} ${presentation} type="blank" preserve="1"><p:cSld name="Blank">${noShapes}</p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>`,
    'ppt/slideLayouts/_rels/slideLayout1.xml.rels': relationships([
      relationship(1, 'slideMaster', '../slideMasters/slideMaster1.xml'),
    ]),
    'ppt/theme/theme1.xml': theme(),
  }
}

function theme(): string {
  const colours = Object.entries({
    dk1: '000000',
    lt1: 'ffffff',
    dk2: '27272a',
    lt2: 'ececef',
    accent1: '0072b2',
    accent2: 'd55e00',
    accent3: '00896a',
    accent4: 'b5529b',
    accent5: '9a7100',
    accent6: '3d96cc',
    hlink: '0072b2',
    folHlink: 'b5529b',
  }).map(([name, colour]) => `<a:${name}><a:srgbClr val="${colour}"/></a:${name}>`)
  const font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
  const fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
  const line = [6350, 12_700, 19_050].map(
    (width) => `<a:ln w="${width}">${fill}<a:prstDash val="solid"/></a:ln>`,
  )
  const effect = '<a:effectStyle><a:effectLst/></a:effectStyle>'
  return (
    `${xmlHeader}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Afterword"><a:themeElements>` +
    `<a:clrScheme name="Afterword">${colours.join('')}</a:clrScheme>` +
    `<a:fontScheme name="Afterword"><a:majorFont>${font}</a:majorFont><a:minorFont>${font}</a:minorFont></a:fontScheme>` +
    `<a:fmtScheme name="Afterword"><a:fillStyleLst>${fill.repeat(3)}</a:fillStyleLst><a:lnStyleLst>${line.join('')}</a:lnStyleLst>` +
    `<a:effectStyleLst>${effect.repeat(3)}</a:effectStyleLst><a:bgFillStyleLst>${fill.repeat(3)}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`
  )
}
