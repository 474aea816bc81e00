import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

const serviceOf: Readonly<Record<string, string>> = { nfs: 'nfs', smb: 'cifs', iscsi: 'iscsitarget', nvmeof: 'nvmet' };

export const backendServiceRunning = defineRule({
  meta: {
    id: 'backend-service-running',
    title: 'The service that serves the volumes runs and starts with the NAS',
    severity: 'HIGH',
    component: 'backend',
    scope: 'backend',
    why: 'Without it no volume can be mounted; one that does not start by itself is gone after the next reboot.',
    remediation: 'Start the service and let it start automatically.',
    example: 'midclt call service.update nfs \'{"enable": true}\'\nmidclt call service.start nfs',
    needs: { nas: ['services'] },
  },
  check(view) {
    const wanted = serviceOf[view.backend?.protocol ?? ''];
    return judgeEach(wanted === undefined ? [] : [wanted], nasResource(view, 'Service'), (name) => {
      const service = view.nas.services.find((row) => row.name === name);
      if (service === undefined) return { undecided: `${view.nas.name} lists no service ${name}` };
      if (!service.isRunning) return `service ${name} does not run`;
      return service.isEnabled ? undefined : `service ${name} runs, but does not start with the NAS`;
    });
  },
});
