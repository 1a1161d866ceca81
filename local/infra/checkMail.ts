import { ofType, ownName, type Prediction, textsAt, valueAt } from './prediction.ts';

/** A mail service that is made has one domain to send by, and the app sends from an address of that domain. */
export function checkMail(prediction: Prediction): string[] {
  const [service] = ofType(prediction, 'Microsoft.Communication/communicationServices');
  if (!service) return [];
  const linked = textsAt(service, 'properties.linkedDomains');
  const domain = ofType(prediction, 'Microsoft.Communication/emailServices/domains').find(
    ({ id }) => id === linked[0],
  );
  if (!domain || linked.length > 1) return ['the mail service is not linked to one domain that is made'];

  const settings = ofType(prediction, 'Microsoft.Web/sites/config')[0];
  const sender = String(valueAt(settings, 'properties.EMAIL_SENDER'));
  const managed = valueAt(domain, 'properties.domainManagement') === 'AzureManaged';
  const fits = managed
    ? sender.includes(`'${domain.id}'`) && sender.includes('.fromSenderDomain')
    : sender === `DoNotReply@${ownName(domain)}`;
  return fits ? [] : ['mails are sent from an address of another domain than the one that is linked'];
}
