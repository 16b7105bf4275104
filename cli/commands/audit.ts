import { audit } from '../audit/audit.ts';

/** Checks every invariant; the exit code is 1 if one is broken. */
export async function runAudit(
  env: Readonly<NodeJS.ProcessEnv>,
  options: { readonly json: boolean; readonly settledSeconds: number },
): Promise<void> {
  const findings = await audit(env, options.settledSeconds);
  const broken = findings.filter((finding) => finding.violations.length > 0);
  if (options.json) {
    console.log(JSON.stringify(findings));
  } else {
    for (const { invariant, violations } of findings) {
      console.log(`${violations.length === 0 ? '✓' : '✗'} ${invariant}`);
      for (const violation of violations) console.log(`    ${JSON.stringify(violation)}`);
    }
    console.log(`${findings.length - broken.length} hold, ${broken.length} are broken`);
  }
  if (broken.length > 0) process.exitCode = 1;
}
