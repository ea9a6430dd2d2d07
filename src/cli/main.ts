#!/usr/bin/env node
/** The `blockspin` command. */

import { runCommand } from './command.js';
import { outliveStreams } from './words/streams.js';

outliveStreams();
runCommand(process.argv.slice(2)).then((code) => {
  // a failed write of results has set its code already
  if (code !== 0) process.exitCode = code;
});
