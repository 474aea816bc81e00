// mocha's own `dot`-style output for people with what was skipped by name, plus the counts as a file for .ci/test.mjs.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

const patienceMs = 60_000;

function endIt() {
  process.stderr.write('\nThe tests are done, but something is still open: the process did not end by itself.\n');
  process.exit(1);
}

module.exports = class extends Mocha.reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      for (const title of skipped) process.stdout.write(`  skipped: ${title}\n`);
      const { passes, failures, pending } = this.stats;
      writeFileSync(options.reporterOptions.output, JSON.stringify({ passes, failures, pending }));
      setTimeout(endIt, patienceMs).unref(); // what a failed test left open must not keep the run for ever
    });
  }
};
