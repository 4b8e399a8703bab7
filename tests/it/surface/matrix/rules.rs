//! The rules, one operation a line: who may. Who is not named may not.
//!
//! `worker` is on the visit and reports the incident; `colleague` is in the same team and was not
//! there; `manager` manages that team; `stranger` works in another team and `chief` manages it.
//! A register entry comes from the desk; a worker and a manager meet it only in a check.

/// What needs no account: the document itself, and an answer that proves itself by its token.
pub const OPEN: [&str; 3] = ["getOpenapi", "pressPushButton", "notePushShown"];

/// The rules. Lists give to everybody what is theirs, which may be nothing; `goes-out` is everybody
/// who may be out there.
pub const RULES: &str = "
createVisit              goes-out manager chief
listVisits               everybody
getVisit                 worker manager desk
changeVisit              worker manager
approveVisit             manager
startVisit               worker
checkIn                  worker
extendVisit              worker
panic                    worker manager
panicWithoutVisit        everybody
undoPanic                worker
endVisit                 worker manager
cancelVisit              worker manager
noticeOfficer            worker manager desk
getTimeline              worker manager desk
listAlarms               everybody
getAlarm                 worker manager desk
takeAlarm                manager desk
closeAlarm               manager desk
noteAlarm                manager desk
listRegisterEntries      desk
proposeRegisterEntry     desk
getRegisterEntry         desk
approveRegisterEntry     desk
withdrawRegisterEntry    desk
sendByRegisteredMail     manager desk
getLetter                manager desk
composeLetter            manager desk
getLetterDocument        manager desk
noteDelivery             manager desk
reviewRegisterEntry      desk
objectToRegisterEntry    desk
decideObjection          desk
extendObjection          desk
moveRegisterEntry        desk
listRegisterImports      desk administrator
importRegister           desk administrator
approveRegisterImport    desk
exportRegister           desk
listPrivacyRequests      desk
notePrivacyRequest       desk
getPrivacyRequest        desk
extendPrivacyRequest     desk
decidePrivacyRequest     desk
closePrivacyRequest      desk
endRestriction           desk
findHeldOnPerson         desk
exportPerson             desk
checkRegister            goes-out manager chief desk
listIncidents            everybody
reportIncident           goes-out manager chief desk
draftIncident            worker manager desk
getIncident              worker manager desk
assessIncident           manager desk
noteOmbudsmanCall        manager desk
decideIncident           manager desk
reportToPolice           manager desk
claimDamage              manager desk
closeIncident            manager desk
listAftercare            everybody
getAftercare             worker manager desk
noteTalk                 manager
planTalk                 worker manager
appointSupport           manager
noteCare                 worker manager
listAccessLog            auditor
listTeams                everybody
createTeam               administrator
getTeam                  everybody
replaceTeam              manager administrator
getTeamCoverage          manager administrator
getTeamReport            manager administrator
getOrganisation          everybody
replaceOrganisation      administrator
changeOrganisation       administrator
getPolicy                everybody
replacePolicy            administrator
listPolicyChanges        auditor administrator
listPeople               manager chief desk administrator
createPerson             administrator
importPeople             administrator
listRetentionRuns        auditor administrator
getPerson                administrator
changePerson             administrator
getMe                    everybody
setMyMobile              everybody
verifyMyMobile           everybody
getVisitCalendar         worker manager
getMyCalendar            everybody
changeMyCalendar         everybody
makeMyCalendarFeed       everybody
endMyCalendarFeed        everybody
listMyCalendarProposals  everybody
listMyChannelTests       everybody
testMyChannel            everybody
setMyPins                everybody
setMyButton              everybody
removeMyButton           everybody
listMyPushSubscriptions  everybody
addMyPushSubscription    everybody
removeMyPushSubscription worker
getPushKey               everybody
pressPushButton          everybody
notePushShown            everybody
listDistrictOfficers     goes-out manager chief administrator
createDistrictOfficer    administrator
getDistrictOfficer       goes-out manager chief administrator
replaceDistrictOfficer   administrator
suggestAddresses         goes-out manager chief desk
lookUpAddress            goes-out manager chief desk
listWebhooks             administrator
listUndeliveredEvents    administrator
replayEvents             administrator
listDrills               everybody
startDrill               manager administrator
getOpenapi               everybody
";

/// Everybody who may be out there.
pub const GOES_OUT: [&str; 3] = ["worker", "colleague", "stranger"];
