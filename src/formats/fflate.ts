/** What files need of fflate: gzip and zip. The build puts it into this file (scripts/libraries.ts). */

export { FlateErrorCode, Inflate, zipSync } from 'fflate';
