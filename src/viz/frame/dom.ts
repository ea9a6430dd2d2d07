/** What figures and reports use of linkedom, a document without a browser. The build puts it into this file (scripts/libraries.ts). */

export { DOMParser, parseHTML } from 'linkedom';
