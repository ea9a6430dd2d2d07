/** The diverging colours of ColorBrewer, from d3. The build puts it into this file (scripts/libraries.ts). */

export { interpolateRdBu } from 'd3-scale-chromatic';
