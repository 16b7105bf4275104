/**
 * The health check of a container: GET /health of process 1. Its command line tells the roles, and so the HTTP port.
 */
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
