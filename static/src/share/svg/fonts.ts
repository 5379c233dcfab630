/** The page's own fonts as part of a drawing: an image is shown without the page's style sheets. */
import { base64 } from "../picture";

const LATIN = /U\+0{0,4}-0{0,2}FF/i;

/** The faces that the page has for Latin letters, as a style element; others fall back to what the machine has. */
export async function fontFaces(): Promise<string> {
  const faces = await Promise.all(faceRules().map(faceOf));
  return faces.length ? `<style>${faces.join("")}</style>` : "";
}

interface Face {
  readonly family: string;
  readonly weight: string;
  readonly address: string;
}

function faceRules(): Face[] {
  const found: Face[] = [];
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSFontFaceRule)) continue;
      const { style } = rule;
      const source = /url\("?([^")]+)"?\)/.exec(style.getPropertyValue("src"))?.[1];
      if (!source || !LATIN.test(style.getPropertyValue("unicode-range"))) continue;
      const address = new URL(source, sheet.href ?? location.href).href;
      found.push({
        family: style.getPropertyValue("font-family"),
        weight: style.getPropertyValue("font-weight"),
        address,
      });
    }
  }
  return found;
}

async function faceOf({ family, weight, address }: Face): Promise<string> {
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  return `@font-face{font-family:${family};font-weight:${weight};src:url(data:font/woff2;base64,${base64(bytes)}) format("woff2")}`;
}
