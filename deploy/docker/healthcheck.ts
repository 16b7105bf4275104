/** A container's health check: GET /health of the process with number 1, whatever its roles. */
import { readFileSync } from 'node:fs';
import { readPorts } from '../../runtime/ports.ts';
import { parseRoles } from '../../runtime/roles.ts';

const command = readFileSync('/proc/1/cmdline', 'utf8').split('\0');
const roles = parseRoles(
  command.slice(command.findIndex((word) => word.endsWith('runtime/main.ts')) + 1).filter(Boolean),
);
const { http } = readPorts(process.env, roles);
const { status } = await fetch(`http://127.0.0.1:${http}/health`);
process.exitCode = status === 200 ? 0 : 1;
