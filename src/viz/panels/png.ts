/** What images need of fast-png. The build puts it into this file (scripts/libraries.ts). */

export { encode } from 'fast-png';
