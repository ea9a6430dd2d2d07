/** What the charts use of Observable Plot. The build puts it into this file (scripts/libraries.ts). */

export { areaY, axisX, axisY, dot, gridX, gridY, line, lineY, plot, ruleX } from '@observablehq/plot';
