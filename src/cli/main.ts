#!/usr/bin/env node
import { runCommand } from './runCommand.ts';
import { systemTerminal } from './Terminal.ts';

process.exitCode = await runCommand(process.argv.slice(2), systemTerminal);
