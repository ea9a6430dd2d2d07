/** What tables of results need of hyparquet-writer. The build puts it into this file (scripts/libraries.ts). */

export { parquetWriteBuffer } from 'hyparquet-writer';
