/** Text of the whole worker, the last form in which it is started. The build puts it here (scripts/elements.ts). */
export const WORKER = '';
