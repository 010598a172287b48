import { readSurvey } from '../../../worker/boxes/survey.ts';
import { diagnose } from '../../../worker/doctor/doctor.ts';
import { readFacts } from '../../../worker/doctor/facts.ts';
import { readStatus } from '../../../worker/doctor/status.ts';
import { expected, must, mustNotSteer } from '../oracles/finding.ts';
import { Runs } from '../oracles/secrets.ts';
import type { Secrets } from '../words.ts';
import { documentTarget } from './document.ts';

/** For a secret that nobody was told about: this much of it in a row is a leak. */
const PART = 16;

const SURVEY = `motd: welcome

@claude /home/ubuntu/.npm-global/bin/claude

@claude.version 2.1.330

@openclaw /home/ubuntu/.npm-global/bin/openclaw

@openclaw.version 2026.9.6

@tmux /usr/bin/tmux

@variable ANTHROPIC_API_KEY in ~/.openclaw/.env

@memory 1200000

@path /usr/bin:/bin:/home/ubuntu/.npm-global/bin

@end ok
`;

/** What the doctor's script printed on a box of 2 GB, with names and paths made up. */
const FACTS = `@clock.start 1795000000
@node v24.16.0 /home/ubuntu/.npm-global/bin/node
@system Linux x86_64
@memory.MemTotal 1990000
@memory.MemAvailable 1200000
@memory.SwapTotal 2097148
@memory.SwapFree 2097148
@avx yes
@disk 30000000
@tmux tmux 3.4
@sshd.sessions 10
@unwritable ~/.openclaw
@claude /home/ubuntu/.npm-global/bin/claude
@claude.version 2.1.330
@claude.engines >=22.0.0
@claude.runs native
@claude.node v24.16.0 /home/ubuntu/.npm-global/bin/node
@openclaw /home/ubuntu/.npm-global/bin/openclaw
@openclaw.version 2026.9.6
@openclaw.engines >=24.16.0 <25 || >=26.1.0
@openclaw.runs node
@openclaw.node v24.16.0 /home/ubuntu/.npm-global/bin/node
@egress platform.claude.com ok
@egress api.anthropic.com tls SELF_SIGNED
@gateway.port 18789 ok
@variable ANTHROPIC_API_KEY in ~/.openclaw/.env
@unit user openclaw-gateway.service ActiveState=active SubState=running NRestarts=0
@proxied yes
@path /usr/bin:/bin
@clock.end 1795000004
@end ok
`;

const SPAN = { began: 1_795_000_000_300, ended: 1_795_000_004_900 };

/** A token that nobody was told of, with its start, must not stand in an error. */
function mustNotTell(text: string, screen: string, { strayToken, token }: Secrets): void {
  const runs = new Runs([strayToken, token], PART);
  // Damage can leave a part without its start, which has no shape to know it by.
  if (runs.standIn(text.replace(/sk-ant-[\w-]*/g, ' '))) return;
  runs.mustNotStandIn(screen.split('\n'), 'an error');
}

export const surveyTarget = documentTarget({
  name: 'survey',
  what: 'readSurvey',
  share: 0.1,
  bases: [SURVEY, SURVEY.replace('@end ok', ''), ''],
  parse: (text, secrets, meter) => {
    try {
      const survey = readSurvey(text, text.slice(0, 600));
      meter.meet('a survey');
      must(
        survey.claude.path.startsWith('/') && survey.openclaw.path.startsWith('/'),
        'a program has no path',
      );
      must(survey.variables.length <= 20, 'variables have no end');
      for (const variable of survey.variables) mustNotSteer(variable, 'a variable');
    } catch (thrown) {
      const { code, screen = '' } = expected(thrown);
      meter.meet(code);
      mustNotTell(text, screen, secrets);
    }
  },
});

export const doctorTarget = documentTarget({
  name: 'doctor',
  what: 'readFacts, diagnose, readStatus',
  share: 0.1,
  bases: [FACTS, FACTS.replaceAll('\n', '\n\n'), FACTS.replace('@end ok', ''), '@status memory\n', ''],
  parse: (text, secrets, meter) => {
    try {
      const findings = diagnose(
        readFacts(text, text.slice(0, 600)),
        readStatus({ stdout: text, stderr: '' }),
        SPAN,
      );
      meter.meet('facts');
      must(findings.length < 200, 'findings have no end');
      for (const { seen, fix = '' } of findings) {
        mustNotSteer(seen + fix, 'a finding');
        must(seen.length < 5_000, 'a finding has no end');
      }
    } catch (thrown) {
      const { code, screen = '' } = expected(thrown);
      meter.meet(code);
      mustNotTell(text, screen, secrets);
    }
  },
});
