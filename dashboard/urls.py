"""The pages' addresses."""

from django.urls import path

from dashboard import views

urlpatterns = [
    path("", views.home, name="home"),
    path("manifests/check", views.check, name="check"),
    path("lessons/", views.lesson_list, name="lessons"),
    path("lessons/<slug:slug>/", views.lesson, name="lesson"),
    path("patterns/", views.patterns, name="patterns"),
    path("clusters/", views.clusters, name="clusters"),
    # /clusters/<slug>/
    path("clusters/<slug:slug>/", views.cluster, name="cluster"),
    path("clusters/<slug:slug>/history.json", views.history, name="history"),
    path("clusters/<slug:slug>/play", views.play, name="play"),
    path("clusters/<slug:slug>/pause", views.pause, name="pause"),
    path("clusters/<slug:slug>/speed", views.speed, name="speed"),
    path("clusters/<slug:slug>/step", views.step, name="step"),
    path("clusters/<slug:slug>/actions/<slug:verb>", views.act, name="act"),
    path("clusters/<slug:slug>/add/", views.add, name="add"),
    path("clusters/<slug:slug>/take/<str:what>", views.take, name="take"),
    path("clusters/<slug:slug>/present/", views.present_cluster, name="present_cluster"),
    path("clusters/<slug:slug>/share", views.share, name="share"),
    path("clusters/<slug:slug>/presenter/<slug:key>/", views.presenter, name="presenter"),
    # /clusters/<slug>/pods/<namespace>/<name>/
    path("clusters/<slug:slug>/pods/<str:namespace>/<str:name>/", views.pod, name="pod"),
    path("clusters/<slug:slug>/pods/<str:namespace>/<str:name>/why/<int:number>/", views.why, name="why"),
    path("clusters/<slug:slug>/pods/<str:namespace>/<str:name>/present/", views.present, name="present"),
    path("clusters/<slug:slug>/pods/<str:namespace>/<str:name>/take/<str:what>", views.take, name="take_pod"),
    path("clusters/<slug:slug>/pods/<str:namespace>/<str:name>/what-if/", views.ask_what_if, name="what_if"),
    path("compare/", views.pick, name="pick"),
    # /compare/<slug>/<slug>/
    path("compare/<slug:first>/<slug:second>/", views.compare, name="compare"),
    # the short address of a cluster, after all words that mean something else
    path("<slug:code>", views.short, name="short"),
]
