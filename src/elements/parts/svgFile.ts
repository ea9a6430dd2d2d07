/** A chart of the page as a file of its own. */

/** What the style sheet says about drawings, written into the drawing. */
const PROPERTIES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'font-weight',
  'opacity',
];

/** The drawing with its styles as attributes, so that it looks the same anywhere. */
export function svgTextOf(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const [shown, copied] = [chart, copy].map((one) => [one, ...one.querySelectorAll('*')]);
  shown.forEach((element, k) => {
    const style = getComputedStyle(element);
    for (const property of PROPERTIES) copied[k].setAttribute(property, style.getPropertyValue(property));
    copied[k].removeAttribute('class');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  // comments are marks of the template
  return new XMLSerializer().serializeToString(copy).replace(/<!--.*?-->/gs, '');
}
