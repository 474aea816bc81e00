// Preloaded: mocha 12 names its inner modules .cjs, the mocha runner of Stryker 10 asks for them without an ending.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (name, context, next) =>
    /\/mocha\/lib\/cli\/(run-helpers|options|collect-files)$/.test(name)
      ? next(`${name}.cjs`, context)
      : next(name, context),
});
