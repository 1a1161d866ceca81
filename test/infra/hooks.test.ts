import { hooksIn } from './hookSuite.ts';

hooksIn((hook) => ['sh', [`infra/hooks/${hook}.sh`]]);
